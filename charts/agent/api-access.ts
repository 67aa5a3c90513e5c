import { DISPATCHER, PATHS, TOKEN } from '../../controller/contract/index.ts';
import type { Agent, Manifest } from '../../constructs/index.ts';
import { type Owner, objectMeta } from '../manifest.ts';
import type { Volume, VolumeMount } from '../secret/secret-files.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The mount of `apiTokenVolume`, where Kubernetes clients look. */
export const API_TOKEN_MOUNT: VolumeMount = Object.freeze({ mountPath: PATHS.apiToken, name: 'api-token', readOnly: true });

/** The mount of `DISPATCHER_TOKEN_VOLUME`. */
export const DISPATCHER_TOKEN_MOUNT: VolumeMount = Object.freeze({
  mountPath: PATHS.dispatcherToken,
  name: 'dispatcher-token',
  readOnly: true,
});

/**
 * A token for the Kubernetes API that lives an hour and is replaced in time, with what clients need beside it.
 *
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
 */
export const API_TOKEN_VOLUME: Volume = Object.freeze({
  name: 'api-token',
  projected: {
    defaultMode: 0o440,
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN.seconds, path: 'token' } },
      { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
      { downwardAPI: { items: [{ fieldRef: { fieldPath: 'metadata.namespace' }, path: 'namespace' }] } },
    ],
  },
});

/** A token that only the dispatcher takes: the Kubernetes API refuses it. */
export const DISPATCHER_TOKEN_VOLUME: Volume = Object.freeze({
  name: 'dispatcher-token',
  projected: {
    defaultMode: 0o440,
    sources: [{ serviceAccountToken: { audience: DISPATCHER.audience, expirationSeconds: TOKEN.seconds, path: TOKEN.file } }],
  },
});

/**
 * The Role of an agent that has rights to the Kubernetes API, with the reasons for them, and its binding.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function renderApiAccess(owner: Owner, { name, apiAccess }: Agent): Manifest[] {
  if (apiAccess.length === 0) return [];
  const reasons = { 'fleetwright.dev/because': [...new Set(apiAccess.map(({ reason }) => reason))].join('\n') };
  return [
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: objectMeta(owner, name, { annotations: reasons }),
      rules: apiAccess.map(({ group, resources, verbs }) => ({ apiGroups: [group], resources, verbs })),
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: objectMeta(owner, name),
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: owner.namespace }],
    },
  ];
}
