import type { Environment, Manifest } from '../../constructs/index.ts';
import { credentialsName, egressUrl } from '../egress/egress-client.ts';
import { objectMeta, type Owner, WAVE, WAVES } from '../manifest.ts';

/** What a part needs credentials for. */
export interface CredentialUses {
  /** It calls models: key `gateway-key`. */
  readonly gateway: boolean;
  /** It leaves the cluster through the proxy: keys `egress-password`, and `egress-url` with the password in it. */
  readonly egress: boolean;
  /**
   * People sign in to it: key `cookie-secret`.
   *
   * @default false
   */
  readonly session?: boolean;
}

/** Letters and digits only: they stand in a URL, and squid gets them as they are. 32 are what a cookie's key takes. */
const PASSWORD_SPEC = Object.freeze({ allowRepeat: true, digits: 8, length: 32, noUpper: false, symbols: 0 });

/** Whoever mounts a part's credentials may start before the part itself. */
const EARLY = Object.freeze({ [WAVE]: String(WAVES.secrets) });

/**
 * Makes a part's credentials in the cluster, where nobody has ever seen them. They are made once and then kept, so all keys
 * are there from the start: a part that is given a further use finds its key.
 *
 * Empty where the environment says that credentials exist already.
 *
 * @see https://external-secrets.io/latest/api/generator/password/
 */
export function renderCredentials(owner: Owner, id: string, uses: CredentialUses, environment: Environment): Manifest[] {
  const wanted = uses.gateway || uses.egress || uses.session === true;
  if (!wanted || environment.cluster.secrets.credentials === 'existing') return [];
  const name = credentialsName(id);
  const metadata = objectMeta(owner, name, { annotations: EARLY });
  return [
    { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', metadata, spec: PASSWORD_SPEC },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata,
      spec: {
        dataFrom: [draw(name, 'cookie'), draw(name, 'egress'), draw(name, 'gateway')],
        refreshPolicy: 'CreatedOnce',
        target: { creationPolicy: 'Owner', name, template: { data: templateOf(id, owner.namespace), engineVersion: 'v2' } },
      },
    },
  ];
}

/** One password of its own. The generator calls each `password`, so each gets the name by which the template knows it. */
function draw(generator: string, as: string): object {
  return {
    rewrite: [{ regexp: { source: '^password$', target: as } }],
    sourceRef: { generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'Password', name: generator } },
  };
}

function templateOf(id: string, namespace: string): object {
  return {
    'cookie-secret': '{{ .cookie }}',
    'egress-password': '{{ .egress }}',
    'egress-url': egressUrl(id, '{{ .egress }}', namespace),
    'gateway-key': '{{ .gateway }}',
  };
}
