import type { Manifest } from '../../../constructs/index.ts';

const metadata = { name: 'greeter', namespace: 'hello', labels: { app: 'greeter' }, annotations: { 'example.com/owner': 'team-a' } };
const selector = { matchLabels: { app: 'greeter' } };

const container = {
  name: 'main',
  image: 'registry.example.com/greeter@sha256:1111111111111111111111111111111111111111111111111111111111111111',
  imagePullPolicy: 'IfNotPresent',
  args: ['--port', '8080'],
  env: [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'greeter', key: 'token' } } },
  ],
  ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
  readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 10 },
  resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: 1, memory: '1Gi' } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsUser: 10_001 },
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
};

const template = {
  metadata: { labels: { app: 'greeter' } },
  spec: {
    automountServiceAccountToken: false,
    containers: [container],
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '100Mi' } }],
  },
};

const jobTemplate = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };

/** One good object of each kind that a test needs; a test that changes one clones it first. */
export const SAMPLES: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hello', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': 'name: greeter\n' } },
  { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { token: 'c2VjcmV0' }, stringData: { other: 'text' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: { app: 'greeter' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], type: 'ClusterIP' },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
  },
  { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { 'requests.cpu': '10', 'count/jobs.batch': '100' } } },
  {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata,
    spec: { limits: [{ type: 'Container', default: { cpu: '1' }, max: { memory: '8Gi' } }] },
  },
  { apiVersion: 'v1', kind: 'PodTemplate', metadata, template: jobTemplate },
  { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 2, selector, strategy: { type: 'Recreate' }, template } },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { replicas: 1, selector, serviceName: 'greeter', template } },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec: { selector, template } },
  { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: 0, template: jobTemplate } },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: { schedule: '0 7 * * 1-5', concurrencyPolicy: 'Forbid', jobTemplate: { spec: { template: jobTemplate } } },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: selector }], ports: [{ port: 8080, protocol: 'TCP' }] }],
      egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ port: 'http' }] }],
    },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: {
      rules: [
        {
          host: 'greeter.example.com',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'greeter', port: { number: 80 } } } }] },
        },
      ],
      tls: [{ hosts: ['greeter.example.com'], secretName: 'tls' }],
    },
  },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { maxUnavailable: '25%', selector } },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'greeter' },
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'greeter' },
    subjects: [{ kind: 'ServiceAccount', name: 'greeter', namespace: 'hello' }],
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'images' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
      },
      validations: [{ expression: 'true', message: 'never' }],
    },
  },
  {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata,
    spec: {
      project: 'hello',
      destination: { server: 'https://kubernetes.default.svc', namespace: 'hello' },
      source: { repoURL: 'https://git.example.com/fleet.git', path: 'rendered/dev/hello', targetRevision: 'main' },
      syncPolicy: { automated: { prune: true }, syncOptions: ['ServerSideApply=true'], retry: { limit: 5, backoff: { duration: '5s' } } },
    },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: {
      parentRefs: [{ name: 'public', namespace: 'gateways' }],
      hostnames: ['greeter.example.com'],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'greeter', port: 80 }] }],
    },
  },
  {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
      target: { name: 'greeter' },
      data: [{ secretKey: 'token', remoteRef: { key: 'hello/greeter', property: 'token' } }],
    },
  },
  {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata,
    spec: { scaleTargetRef: { name: 'greeter' }, minReplicaCount: 0, triggers: [{ type: 'cron', metadata: { start: '0 7 * * *' } }] },
  },
  {
    apiVersion: 'agents.x-k8s.io/v1beta1',
    kind: 'Sandbox',
    metadata,
    spec: { podTemplate: { spec: template.spec }, shutdownTime: '2026-01-31T12:00:00Z' },
  },
  {
    apiVersion: 'isindir.github.com/v1alpha3',
    kind: 'SopsSecret',
    metadata,
    spec: { secretTemplates: [{ name: 'greeter', stringData: { token: 'ENC[AES256_GCM,data:x,type:str]' } }] },
    sops: { age: [{ enc: 'armored', recipient: 'age1' }], lastmodified: '2026-01-31T12:00:00Z', mac: 'ENC[x]', version: '3.13.2' },
  },
  {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata,
    spec: {
      endpointSelector: { matchLabels: { app: 'greeter' } },
      egress: [{ toFQDNs: [{ matchName: 'api.example.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] }],
    },
  },
];
