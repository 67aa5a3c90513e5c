import { QUEUE_TOKEN } from '../../controller/contract/index.ts';
import type { Manifest, Org } from '../../constructs/index.ts';
import { hasPools } from '../dispatcher/dispatcher-place.ts';
import { objectMeta, ownerOf, WAVES } from '../manifest.ts';

/**
 * How KEDA shows the dispatcher that it may count an org's tasks: by a token in a Secret that somebody puts there.
 *
 * @see https://keda.sh/docs/latest/concepts/authentication/
 */
export function renderQueueAccess(org: Org): Manifest[] {
  if (!hasPools(org, org.fleet.environment)) return [];
  const { key, name } = QUEUE_TOKEN;
  return [
    {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'TriggerAuthentication',
      metadata: objectMeta(ownerOf('org', org.name, org.name, WAVES.policies), name),
      spec: { secretTargetRef: [{ key, name, parameter: 'token' }] },
    },
  ];
}
