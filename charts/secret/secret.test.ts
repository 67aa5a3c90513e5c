import { describe, expect, it } from 'vitest';
import { Secret } from '../../constructs/index.ts';
import { anEnvironment, anOrg } from '../../test/builders.ts';
import { renderSecret } from './secret.ts';

describe('a secret', () => {
  it('becomes the encrypted object of the environment, as it is', () => {
    const sealed = {
      apiVersion: 'isindir.github.com/v1alpha3',
      kind: 'SopsSecret',
      metadata: { name: 'token', namespace: 'acme' },
      sops: {},
    };
    const org = anOrg({ environment: anEnvironment({ sealed: { 'acme.token': sealed } }) });
    expect(renderSecret(Secret.sops(org, 'token', 'value'))).toEqual([sealed]);
    expect(renderSecret(Secret.sops(org, 'other', 'value'))).toEqual([]);
  });

  it('becomes a request to the store', () => {
    const [request, ...others] = renderSecret(Secret.external(anOrg(), 'token', 'value', 'shared/token'));
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '-10' }, name: 'token', namespace: 'acme' },
      spec: {
        data: [{ remoteRef: { key: 'shared/token', property: 'value' }, secretKey: 'value' }],
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
        target: { creationPolicy: 'Owner', name: 'token' },
      },
    });
  });

  it('becomes nothing where it exists, or where there is no store', () => {
    expect(renderSecret(Secret.reference(anOrg(), 'token', 'value'))).toEqual([]);
    const org = anOrg({ environment: anEnvironment({ cluster: { secrets: { credentials: 'existing', sops: true } } }) });
    expect(renderSecret(Secret.external(org, 'token', 'value'))).toEqual([]);
  });
});
