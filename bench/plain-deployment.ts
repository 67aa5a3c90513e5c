import { hash } from 'node:crypto';
import { type Seat, IMAGES } from './seats.ts';

/** The pod of an agent, as `plainAgent` builds it. */
export function plainDeployment(seat: Seat, configDigest: string): object {
  const { name, org } = seat;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(seat),
    spec: {
      replicas: 1,
      selector: { matchLabels: { 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/name': name } },
      strategy: { type: 'Recreate' },
      template: {
        metadata: {
          annotations: { 'fleetwright.dev/config': configDigest, 'kubectl.kubernetes.io/default-container': 'agent' },
          labels: {
            'app.kubernetes.io/component': 'agent',
            'app.kubernetes.io/managed-by': 'fleetwright',
            'app.kubernetes.io/name': name,
            'app.kubernetes.io/part-of': org,
            'reach.fleetwright.dev/gateway': 'allowed',
          },
        },
        spec: {
          automountServiceAccountToken: false,
          containers: [agentContainer(seat)],
          enableServiceLinks: false,
          initContainers: [installContainer(), toolContainer()],
          securityContext: {
            fsGroup: 10001,
            fsGroupChangePolicy: 'OnRootMismatch',
            runAsGroup: 10001,
            runAsNonRoot: true,
            runAsUser: 10001,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          serviceAccountName: name,
          terminationGracePeriodSeconds: 60,
          volumes: volumes(seat),
        },
      },
    },
  };
}

/** What every object of an agent says of itself. */
export function metadata({ name, org }: Seat): object {
  return {
    annotations: { 'argocd.argoproj.io/sync-wave': '5' },
    labels: {
      'app.kubernetes.io/component': 'agent',
      'app.kubernetes.io/managed-by': 'fleetwright',
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/part-of': org,
    },
    name,
    namespace: org,
  };
}

function agentContainer(seat: Seat): object {
  return {
    command: ['/fleetwright/worker', 'run', '--adapter', 'reference', '--grace', '55', '--health', '8079'],
    env: environmentOf(seat),
    image: IMAGES.worker,
    livenessProbe: { failureThreshold: 4, httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 15, timeoutSeconds: 2 },
    name: 'agent',
    ports: [{ containerPort: 8080, name: 'http' }],
    readinessProbe: { failureThreshold: 3, httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 10, timeoutSeconds: 2 },
    resources: {
      limits: { cpu: '1', 'ephemeral-storage': '1Gi', memory: '1Gi' },
      requests: { cpu: '250m', 'ephemeral-storage': '1Gi', memory: '1Gi' },
    },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    startupProbe: { failureThreshold: 60, httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 2, timeoutSeconds: 2 },
    volumeMounts: [
      { mountPath: '/etc/agent', name: 'config', readOnly: true },
      { mountPath: '/home/agent', name: 'home' },
      { mountPath: '/tmp', name: 'tmp' },
      { mountPath: '/fleetwright', name: 'worker', readOnly: true },
      { mountPath: '/workspace', name: 'workspace' },
    ],
    workingDir: '/workspace',
  };
}

function environmentOf({ name, org }: Seat): object[] {
  return [
    { name: 'AGENT_CLUSTER_NAME', value: org },
    { name: 'AGENT_CLUSTER_UUID', value: uuid(`bench/${org}`) },
    { name: 'AGENT_NAME', value: name },
    { name: 'AGENT_NAMESPACE', value: org },
    { name: 'AGENT_UUID', value: uuid(`bench/${org}/${name}`) },
    { name: 'AGENT_EXECUTION_MODE', value: 'service' },
    { name: 'HOME', value: '/home/agent' },
    { name: 'AGENT_INSTRUCTIONS', valueFrom: { configMapKeyRef: { key: 'instructions', name } } },
    { name: 'LLM_MODEL', value: 'fast' },
    { name: 'MODEL_API_KEY', valueFrom: { secretKeyRef: { key: 'gateway-key', name: `${name}-credentials` } } },
    { name: 'MODEL_ENDPOINT', value: `http://gateway.${org}.svc.cluster.local:8000` },
    { name: 'OPENAI_API_KEY', valueFrom: { secretKeyRef: { key: 'gateway-key', name: `${name}-credentials` } } },
    { name: 'OPENAI_BASE_URL', value: `http://gateway.${org}.svc.cluster.local:8000/v1` },
    { name: 'MCP_SERVERS', value: 'http://127.0.0.1:9001/mcp' },
  ];
}

function installContainer(): object {
  return {
    command: ['/worker', 'install', '/fleetwright'],
    image: IMAGES.worker,
    name: 'install-worker',
    resources: {
      limits: { cpu: '200m', 'ephemeral-storage': '192Mi', memory: '64Mi' },
      requests: { cpu: '50m', 'ephemeral-storage': '192Mi', memory: '64Mi' },
    },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    volumeMounts: [{ mountPath: '/fleetwright', name: 'worker' }],
  };
}

function toolContainer(): object {
  return {
    command: ['/fleetwright/worker', 'bridge', '--listen', '9001', '--', 'mcp-server'],
    env: [{ name: 'HOME', value: '/tmp' }],
    image: IMAGES.files,
    name: 'tool-files',
    ports: [{ containerPort: 9001 }],
    readinessProbe: { failureThreshold: 3, periodSeconds: 10, tcpSocket: { port: 9001 }, timeoutSeconds: 2 },
    resources: {
      limits: { cpu: '200m', 'ephemeral-storage': '256Mi', memory: '256Mi' },
      requests: { cpu: '50m', 'ephemeral-storage': '256Mi', memory: '256Mi' },
    },
    restartPolicy: 'Always',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    startupProbe: { failureThreshold: 60, periodSeconds: 2, tcpSocket: { port: 9001 }, timeoutSeconds: 2 },
    volumeMounts: [
      { mountPath: '/tmp', name: 'tmp-files' },
      { mountPath: '/fleetwright', name: 'worker', readOnly: true },
      { mountPath: '/workspace', name: 'workspace' },
    ],
    workingDir: '/workspace',
  };
}

function volumes({ name }: Seat): object[] {
  return [
    { configMap: { name }, name: 'config' },
    { emptyDir: { sizeLimit: '1Gi' }, name: 'home' },
    { emptyDir: { sizeLimit: '1Gi' }, name: 'tmp' },
    { emptyDir: { sizeLimit: '192Mi' }, name: 'worker' },
    { name: 'workspace', persistentVolumeClaim: { claimName: `${name}-workspace` } },
    { emptyDir: { sizeLimit: '256Mi' }, name: 'tmp-files' },
  ];
}

function uuid(path: string): string {
  const hex = hash('sha256', `fleetwright.dev/${path}`, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
