import type { Manifest } from '../constructs/index.ts';
import { objectMeta, type Owner } from './manifest.ts';

/**
 * The ServiceAccount of a part: an identity without rights and without a token.
 *
 * @see https://kubernetes.io/docs/concepts/security/service-accounts/
 */
export function renderServiceAccount(owner: Owner, name: string): Manifest {
  return { apiVersion: 'v1', automountServiceAccountToken: false, kind: 'ServiceAccount', metadata: objectMeta(owner, name) };
}
