import { describe, expect, it } from 'vitest';
import { anEnvironment } from '../../test/builders.ts';
import { dig, only } from '../../test/manifests.ts';
import { type CredentialUses, renderCredentials } from './credentials.ts';
import { ownerOf } from '../manifest.ts';

const owner = ownerOf('agent', 'ada', 'acme', 5);
const NONE = { egress: false, gateway: false };
const render = (uses: CredentialUses) => renderCredentials(owner, 'ada', uses, anEnvironment());

describe('the credentials of a part', () => {
  it('are not made when it needs none, or when they exist', () => {
    expect(render(NONE)).toEqual([]);
    const environment = anEnvironment({ cluster: { secrets: { credentials: 'existing', sops: true } } });
    expect(renderCredentials(owner, 'ada', { egress: true, gateway: true }, environment)).toEqual([]);
  });

  it.each([{ gateway: true }, { egress: true }, { session: true }])('are whole for every use, as they are made only once: %o', (use) => {
    const manifests = render({ ...NONE, ...use });
    expect(manifests).toEqual(render({ egress: true, gateway: true, session: true }));
    expect(dig(only(manifests, 'ExternalSecret'), 'spec', 'target')).toEqual({
      creationPolicy: 'Owner',
      name: 'ada-credentials',
      template: {
        data: {
          'cookie-secret': '{{ .cookie }}',
          'egress-password': '{{ .egress }}',
          'egress-url': 'http://ada:{{ .egress }}@egress.acme.svc.cluster.local:3128',
          'gateway-key': '{{ .gateway }}',
        },
        engineVersion: 'v2',
      },
    });
  });

  it('are drawn one by one, each under its name in the template', () => {
    const externalSecret = only(render({ ...NONE, egress: true }), 'ExternalSecret');
    expect(externalSecret).toMatchObject({ spec: { refreshPolicy: 'CreatedOnce' } });
    const draws = dig(externalSecret, 'spec', 'dataFrom') as { rewrite: unknown; sourceRef: unknown }[];
    const generatorRef = { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', name: 'ada-credentials' };
    expect(draws).toEqual(
      ['cookie', 'egress', 'gateway'].map((target) => ({
        rewrite: [{ regexp: { source: '^password$', target } }],
        sourceRef: { generatorRef },
      })),
    );
  });

  it('are 32 letters and digits, and come before those who mount them', () => {
    const password = only(render({ ...NONE, egress: true }), 'Password');
    expect(password).toMatchObject({ metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '-10' }, name: 'ada-credentials' } });
    expect(password['spec']).toEqual({ allowRepeat: true, digits: 8, length: 32, noUpper: false, symbols: 0 });
  });
});
