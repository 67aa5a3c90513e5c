import type { Manifest, Org } from '../../constructs/index.ts';
import { objectMeta, ownerOf, WAVES } from '../manifest.ts';
import { toQuantity } from '../pod.ts';

/**
 * The limits of all pods and volumes of an org together: what its environment says, else what its stack says. Addresses
 * outside the cluster are for routes alone.
 *
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function renderQuota(org: Org): Manifest {
  const { cpu, memory, ephemeralStorage, storage, pods } = org.quota;
  const here = org.fleet.environment.orgs[org.name]?.quota ?? {};
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: objectMeta(ownerOf('org', org.name, org.name, WAVES.namespace), 'org'),
    spec: {
      hard: {
        'limits.cpu': here.cpu ?? cpu.toString(),
        'limits.ephemeral-storage': here.ephemeralStorage ?? toQuantity(ephemeralStorage),
        'limits.memory': here.memory ?? toQuantity(memory),
        pods: String(here.pods ?? pods),
        'requests.storage': here.storage ?? toQuantity(storage),
        'services.loadbalancers': '0',
        'services.nodeports': '0',
      },
    },
  };
}

/**
 * Limits for containers that name none, as those of extra objects may: without limits the quota would refuse their pods.
 *
 * @see https://kubernetes.io/docs/concepts/policy/limit-range/
 */
export function renderLimitRange(org: Org): Manifest {
  const fixed = { 'ephemeral-storage': '256Mi', memory: '256Mi' };
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: objectMeta(ownerOf('org', org.name, org.name, WAVES.namespace), 'org'),
    spec: { limits: [{ default: { cpu: '200m', ...fixed }, defaultRequest: { cpu: '50m', ...fixed }, type: 'Container' }] },
  };
}
