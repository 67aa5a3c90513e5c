import type { Fleet } from '../../constructs/index.ts';
import { HOOK_SECRETS } from '../../controller/contract/index.ts';
import { hookSecrets } from '../secret/hook-secrets.ts';
import type { Volume, VolumeMount } from '../secret/secret-files.ts';

/** Where the dispatcher finds the secrets of webhooks: `<org>/<trigger>`. */
export const HOOKS_MOUNT: VolumeMount = { mountPath: HOOK_SECRETS, name: 'hooks', readOnly: true };

/** One file for each webhook. Optional: a secret that is not there yet must not stop the tasks of others. */
export function hooksVolume(fleet: Fleet): Volume {
  const sources = hookSecrets(fleet).map(({ objectName, org, secret, trigger }) => ({
    secret: { items: [{ key: secret.key, path: `${org}/${trigger}` }], name: objectName, optional: true },
  }));
  return { name: HOOKS_MOUNT.name, projected: { defaultMode: 0o440, sources } };
}
