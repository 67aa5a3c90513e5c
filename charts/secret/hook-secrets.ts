import { HOOK_SECRETS } from '../../controller/contract/index.ts';
import { type Fleet, hookSecretName, type Manifest, type Org, type Secret, Trigger } from '../../constructs/index.ts';
import { objectMeta, ownerOf, WAVES } from '../manifest.ts';
import { externalSecret } from './secret.ts';

/** What signs the requests to one trigger. */
export interface HookSecret {
  readonly org: string;
  readonly trigger: string;

  /** The handle, which stands in the trigger's org. */
  readonly secret: Secret;

  /** Name of the Kubernetes Secret in the dispatcher's namespace; its key is `secret.key`. Triggers may share one. */
  readonly objectName: string;
}

/**
 * The secrets of all triggers of a fleet, or of some orgs. They are the dispatcher's: its pods mount the key of each as the file
 * `hookSecretFile`, and no org's own namespace sees them.
 */
export function hookSecrets({ orgs }: Pick<Fleet, 'orgs'>): HookSecret[] {
  return orgs.flatMap((org) => triggersOf(org).flatMap(toHookSecrets));
}

/** The file in which the dispatcher finds the secret of a trigger. */
export function hookSecretFile(org: string, trigger: string): string {
  return `${HOOK_SECRETS}/${org}/${trigger}`;
}

/**
 * What puts the secrets of triggers into the namespace of the dispatcher: requests to the environment's store. Nothing for those that
 * something else puts there, under their `objectName`.
 */
export function renderHookSecrets(fleet: Pick<Fleet, 'environment' | 'orgs'>, namespace: string): Manifest[] {
  const { external } = fleet.environment.cluster.secrets;
  const secrets = new Map(hookSecrets(fleet).map(({ objectName, secret }) => [objectName, secret]));
  return [...secrets].flatMap(([name, { from, key }]) => {
    if (from.kind !== 'external' || external === undefined) return [];
    return [externalSecret(objectMeta(ownerOf('org', name, namespace, WAVES.secrets), name), { key, path: from.path, store: external })];
  });
}

function triggersOf(org: Org): Trigger[] {
  return org.children.filter((part) => part instanceof Trigger);
}

function toHookSecrets({ name, org, secret }: Trigger): HookSecret[] {
  return secret === undefined ? [] : [{ org: org.name, trigger: name, secret, objectName: hookSecretName(secret) }];
}
