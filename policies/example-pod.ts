import type { Fields } from './fields.ts';
import type { PodExample } from './rule.ts';

const DIGEST = '0'.repeat(64);

/** The container of `examplePod`, which keeps all rules. */
const CONTAINER: Fields = {
  image: `images.example/greeter@sha256:${DIGEST}`,
  name: 'greeter',
  resources: {
    limits: { cpu: '1', 'ephemeral-storage': '64Mi', memory: '64Mi' },
    requests: { cpu: '100m', 'ephemeral-storage': '64Mi', memory: '64Mi' },
  },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
};

/** A pod that keeps all rules, but for what is given: the examples of the rules about pods. */
export function examplePod({ container, ...spec }: Fields & { readonly container?: Fields } = {}): PodExample {
  return {
    metadata: { labels: { 'app.kubernetes.io/name': 'greeter' } },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ ...CONTAINER, ...container }],
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
      ...spec,
    },
  };
}
