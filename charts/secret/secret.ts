import type { Manifest, Secret } from '../../constructs/index.ts';
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
        : [externalSecret(secret, secret.from.path, environment.cluster.secrets.external)];
    case 'reference':
      return [];
  }
}

/** @see https://external-secrets.io/latest/api/externalsecret/ */
function externalSecret({ name, key, org }: Secret, path: string, store: object): Manifest {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: objectMeta(ownerOf('org', name, org.name, WAVES.secrets), name),
    spec: {
      data: [{ remoteRef: { key: path, property: key }, secretKey: key }],
      refreshInterval: '1h0m0s',
      secretStoreRef: store,
      target: { creationPolicy: 'Owner', name },
    },
  };
}
