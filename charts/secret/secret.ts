import type { Manifest, ObjectMeta, Secret } from '../../constructs/index.ts';
import { objectMeta, ownerOf, WAVES } from '../manifest.ts';

/**
 * What puts a secret's value into the org's namespace: the encrypted object that stands beside the environment, as it is, or
 * a request to the environment's store. Nothing, where the Kubernetes Secret exists already.
 */
export function renderSecret(secret: Secret): Manifest[] {
  const { environment } = secret.org.fleet;
  switch (secret.from.kind) {
    case 'sops': {
      const sealed = environment.sealed[`${secret.org.name}.${secret.name}`];
      return sealed === undefined ? [] : [sealed];
    }
    case 'external':
      return environment.cluster.secrets.external === undefined
        ? []
        : [
            externalSecret(objectMeta(ownerOf('org', secret.name, secret.org.name, WAVES.secrets), secret.name), {
              key: secret.key,
              path: secret.from.path,
              store: environment.cluster.secrets.external,
            }),
          ];
    case 'reference':
      return [];
  }
}

/**
 * A request for a value of a store, which becomes a Secret of the request's own name.
 *
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export function externalSecret(
  metadata: ObjectMeta,
  { key, path, store }: { readonly key: string; readonly path: string; readonly store: object },
): Manifest {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: {
      data: [{ remoteRef: { key: path, property: key }, secretKey: key }],
      refreshInterval: '1h0m0s',
      secretStoreRef: store,
      target: { creationPolicy: 'Owner', name: metadata.name },
    },
  };
}
