import { hash } from 'node:crypto';
import { metadata, plainDeployment } from './plain-deployment.ts';
import type { Seat } from './seats.ts';

/**
 * The seven objects of an agent, written out by hand: what the fastest program that makes the same data would build. `check.ts`
 * compares them with what Fleetwright renders.
 */
export function plainAgent(seat: Seat): object[] {
  const data = { 'config.yaml': configOf(seat), instructions: seat.instructions };
  const configDigest = hash('sha256', JSON.stringify([data]), 'hex').slice(0, 16);
  return [
    networkPolicy(seat),
    serviceAccount(seat),
    configMap(seat, data),
    claim(seat),
    plainDeployment(seat, configDigest),
    service(seat),
    disruptionBudget(seat),
  ];
}

function networkPolicy(seat: Seat): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(seat),
    spec: {
      egress: [
        {
          ports: [{ port: 4000, protocol: 'TCP' }],
          to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'gateway', 'app.kubernetes.io/name': 'gateway' } } }],
        },
      ],
      ingress: [],
      podSelector: { matchLabels: { 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/name': seat.name } },
      policyTypes: ['Ingress', 'Egress'],
    },
  };
}

function serviceAccount(seat: Seat): object {
  return {
    apiVersion: 'v1',
    automountServiceAccountToken: false,
    kind: 'ServiceAccount',
    metadata: metadata(seat),
  };
}

function configMap(seat: Seat, data: object): object {
  return {
    apiVersion: 'v1',
    data,
    kind: 'ConfigMap',
    metadata: metadata(seat),
  };
}

function configOf({ instructions, name, org }: Seat): string {
  return `agent:\n  name: ${name}\n  namespace: ${org}\ninstructions: ${instructions}\nmodels:\n  fast:\n    endpoint: http://gateway.${org}.svc.cluster.local:8000\n    model: fast\n    priority: 1\n    provider: anthropic\n    role: primary\ntools:\n  files:\n    endpoint: http://127.0.0.1:9001/mcp\n    protocol: mcp\n`;
}

function claim(seat: Seat): object {
  const { name, org } = seat;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      annotations: { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm', 'argocd.argoproj.io/sync-wave': '5' },
      labels: {
        'app.kubernetes.io/component': 'agent',
        'app.kubernetes.io/managed-by': 'fleetwright',
        'app.kubernetes.io/name': name,
        'app.kubernetes.io/part-of': org,
      },
      name: `${name}-workspace`,
      namespace: org,
    },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } }, storageClassName: 'ssd' },
  };
}

function service(seat: Seat): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(seat),
    spec: {
      ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
      selector: { 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/name': seat.name },
    },
  };
}

function disruptionBudget(seat: Seat): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(seat),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/name': seat.name } },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}
