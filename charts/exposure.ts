import { PORTS } from '../controller/contract/index.ts';
import {
  Cpu,
  Duration,
  type Environment,
  type Exposure,
  FleetwrightError,
  type IngressProfile,
  type Manifest,
  type OidcProfile,
  Probe,
  Size,
} from '../constructs/index.ts';
import { proxyEnv } from './egress/egress-client.ts';
import { objectMeta, type Owner } from './manifest.ts';
import { type Port, type Rule, podsIn, tcp } from './network-policy.ts';
import { CONTAINER_SECURITY, imageOf, literal, renderProbes, renderResources } from './pod.ts';
import type { Volume } from './secret/secret-files.ts';

const SIGN_IN_FOLDER = '/etc/sign-in';
const SIGN_IN_RESOURCES = renderResources({ cpu: Cpu.millis(20), ephemeralStorage: Size.mebibytes(16), memory: Size.mebibytes(64) });
const SIGN_IN_PROBES = { readiness: Probe.http('/ready'), startup: Probe.http('/ping', { failures: 60, period: Duration.seconds(2) }) };

/** A part that is reached from outside the cluster, at `https://<name>.<namespace>.<domain>`. */
export interface Exposed {
  readonly name: string;
  readonly namespace: string;
  readonly environment: Environment;
  readonly owner: Owner;
  /** Name of the Kubernetes Secret with its own credentials. */
  readonly credentials: string;
  /** Whether its pod leaves the cluster through the org's egress proxy. */
  readonly proxied: boolean;
  /** Who may enter; `undefined` when nobody may, but for `openPath`. */
  readonly exposure: Exposure | undefined;
  /** The port that the public enters. */
  readonly port: number;
  /** The port behind the sign-in. */
  readonly signedInPort: number;

  /**
   * What is below this path needs no sign-in.
   *
   * @default nothing
   */
  readonly openPath?: string;
}

/** Whether people sign in before they reach it. */
export function asksToSignIn({ exposure }: Pick<Exposed, 'exposure'>): boolean {
  return exposure !== undefined && exposure.publicReason === undefined;
}

/** Where requests go, by the beginning of their path. */
function pathsOf(exposed: Exposed): { readonly path: string; readonly port: number }[] {
  const { exposure, openPath, port } = exposed;
  return [
    ...(openPath === undefined ? [] : [{ path: openPath, port }]),
    ...(exposure === undefined ? [] : [{ path: '/', port: asksToSignIn(exposed) ? PORTS.signIn : port }]),
  ];
}

/** Lets the pods through which requests come into the cluster reach what is exposed. */
export function ingressRules(exposed: Exposed): Rule[] {
  const ports: Port[] = [...new Set(pathsOf(exposed).map(({ port }) => port))].map(tcp);
  return ports.length === 0 ? [] : [{ peers: [podsIn(ingressOf(exposed).pods)], ports }];
}

/** The host under which it is found. */
export function hostOf({ environment, name, namespace }: Pick<Exposed, 'environment' | 'name' | 'namespace'>): string {
  return `${name}.${namespace}.${environment.domain}`;
}

/** The route from its host to its Service: an HTTPRoute where the cluster has a Gateway, else an Ingress. */
export function renderRouteTo(exposed: Exposed): Manifest[] {
  if (pathsOf(exposed).length === 0) return [];
  const publicReason = exposed.exposure?.publicReason;
  const annotations = publicReason === undefined ? undefined : { 'fleetwright.dev/public-because': publicReason };
  const metadata = objectMeta(exposed.owner, exposed.name, { annotations });
  const ingress = ingressOf(exposed);
  return [ingress.kind === 'gateway' ? httpRoute(exposed, metadata, ingress.gateway) : ingressRoute(exposed, metadata, ingress.className)];
}

/** @see https://gateway-api.sigs.k8s.io/api-types/httproute/ */
function httpRoute(exposed: Exposed, metadata: Manifest['metadata'], gateway: string): Manifest {
  const [namespace, name] = gateway.split('/');
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: {
      hostnames: [hostOf(exposed)],
      parentRefs: [{ name, namespace }],
      rules: pathsOf(exposed).map(({ path, port }) => ({
        backendRefs: [{ name: exposed.name, port }],
        matches: [{ path: { type: 'PathPrefix', value: path } }],
      })),
    },
  };
}

/** TLS by the controller's own certificate. @see https://kubernetes.io/docs/concepts/services-networking/ingress/ */
function ingressRoute(exposed: Exposed, metadata: Manifest['metadata'], className: string): Manifest {
  const host = hostOf(exposed);
  const paths = pathsOf(exposed).map(({ path, port }) => ({
    backend: { service: { name: exposed.name, port: { number: port } } },
    path,
    pathType: 'Prefix',
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: { ingressClassName: className, rules: [{ host, http: { paths } }], tls: [{ hosts: [host] }] },
  };
}

/** The sign-in's only secret: it encrypts the sessions that browsers hold. */
export function signInSecret({ credentials }: Pick<Exposed, 'credentials'>): Volume {
  return {
    name: 'sign-in',
    secret: { defaultMode: 0o440, items: [{ key: 'cookie-secret', path: 'cookie-secret' }], secretName: credentials },
  };
}

/**
 * The sidecar that lets in only who has signed in at the environment's OpenID provider.
 *
 * @see https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview
 */
export function signInSidecar(exposed: Exposed): object {
  return {
    args: signInArgs(exposed).map(literal),
    env: exposed.proxied ? proxyEnv(exposed.credentials) : undefined,
    image: imageOf(exposed.environment, 'oauth2-proxy'),
    ...renderProbes(SIGN_IN_PROBES, PORTS.signIn),
    name: 'sign-in',
    ports: [{ containerPort: PORTS.signIn }],
    resources: SIGN_IN_RESOURCES,
    restartPolicy: 'Always',
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ mountPath: SIGN_IN_FOLDER, name: 'sign-in', readOnly: true }],
  };
}

/** The client has no secret (the empty file says so): what protects the exchange is PKCE, so a stolen pod holds nothing to reuse. */
function signInArgs(exposed: Exposed): string[] {
  const { clientId, issuer } = oidcOf(exposed);
  return [
    ...(exposed.exposure?.groups ?? []).map((group) => `--allowed-group=${group}`),
    `--client-id=${clientId}`,
    '--client-secret-file=/dev/null',
    '--code-challenge-method=S256',
    `--cookie-secret-file=${SIGN_IN_FOLDER}/cookie-secret`,
    '--cookie-samesite=lax',
    '--email-domain=*',
    `--http-address=0.0.0.0:${PORTS.signIn}`,
    `--oidc-issuer-url=${issuer}`,
    '--provider=oidc',
    `--redirect-url=https://${hostOf(exposed)}/oauth2/callback`,
    '--reverse-proxy=true',
    '--silence-ping-logging=true',
    '--skip-provider-button=true',
    `--upstream=http://127.0.0.1:${exposed.signedInPort}/`,
  ];
}

function ingressOf({ environment }: Exposed): IngressProfile {
  return environment.cluster.ingress ?? missing(environment, 'ingress');
}

function oidcOf({ environment }: Exposed): OidcProfile {
  return environment.cluster.oidc ?? missing(environment, 'oidc');
}

function missing({ name }: Environment, capability: string): never {
  const fix = `add it under 'cluster' in environments/${name}.yaml`;
  throw new FleetwrightError(
    'FW_ENVIRONMENT_INVALID',
    `environment '${name}' has no '${capability}', which an exposed agent needs: ${fix}`,
  );
}
