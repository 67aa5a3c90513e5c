import { PORTS } from '../../controller/contract/index.ts';
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
} from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { proxyEnv } from '../egress/egress-client.ts';
import { objectMeta } from '../manifest.ts';
import { type Port, type Rule, podsIn, tcp } from '../network-policy.ts';
import { CONTAINER_SECURITY, imageOf, literal, renderProbes, renderResources } from '../pod.ts';
import type { Volume } from '../secret/secret-files.ts';

const SIGN_IN_FOLDER = '/etc/sign-in';
const SIGN_IN_RESOURCES = renderResources({ cpu: Cpu.millis(20), ephemeralStorage: Size.mebibytes(16), memory: Size.mebibytes(64) });
const SIGN_IN_PROBES = { readiness: Probe.http('/ready'), startup: Probe.http('/ping', { failures: 60, period: Duration.seconds(2) }) };

/** How an agent is exposed; `undefined` when nobody outside the cluster reaches it. */
function exposureOf({ mode }: AgentPlace): Exposure | undefined {
  return mode.kind === 'service' ? mode.expose : undefined;
}

/** Whether people sign in before they reach the agent. */
export function hasSignIn(place: AgentPlace): boolean {
  const exposure = exposureOf(place);
  return exposure !== undefined && exposure.publicReason === undefined;
}

/** The port of the pod that is exposed: the sign-in's, or for the public the worker's. */
function exposedPort(place: AgentPlace): number {
  return hasSignIn(place) ? PORTS.signIn : PORTS.worker;
}

/** Lets the pods through which requests come into the cluster reach what is exposed. */
export function exposureRules(place: AgentPlace): Rule[] {
  if (exposureOf(place) === undefined) return [];
  const ports: Port[] = [tcp(exposedPort(place))];
  return [{ peers: [podsIn(ingressOf(place).pods)], ports }];
}

/** The host under which an exposed agent is found. */
function hostOf({ agent, environment, namespace }: AgentPlace): string {
  return `${agent.name}.${namespace}.${environment.domain}`;
}

/** The route from the agent's host to its Service: an HTTPRoute where the cluster has a Gateway, else an Ingress. */
export function renderRoute(place: AgentPlace): Manifest[] {
  const exposure = exposureOf(place);
  if (exposure === undefined) return [];
  const { publicReason } = exposure;
  const annotations = publicReason === undefined ? undefined : { 'fleetwright.dev/public-because': publicReason };
  const metadata = objectMeta(place.owner, place.agent.name, { annotations });
  const ingress = ingressOf(place);
  return [ingress.kind === 'gateway' ? httpRoute(place, metadata, ingress.gateway) : ingressRoute(place, metadata, ingress.className)];
}

/** @see https://gateway-api.sigs.k8s.io/api-types/httproute/ */
function httpRoute(place: AgentPlace, metadata: Manifest['metadata'], gateway: string): Manifest {
  const [namespace, name] = gateway.split('/');
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: {
      hostnames: [hostOf(place)],
      parentRefs: [{ name, namespace }],
      rules: [
        { backendRefs: [{ name: place.agent.name, port: exposedPort(place) }], matches: [{ path: { type: 'PathPrefix', value: '/' } }] },
      ],
    },
  };
}

/** TLS by the controller's own certificate. @see https://kubernetes.io/docs/concepts/services-networking/ingress/ */
function ingressRoute(place: AgentPlace, metadata: Manifest['metadata'], className: string): Manifest {
  const host = hostOf(place);
  const service = { name: place.agent.name, port: { number: exposedPort(place) } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata,
    spec: {
      ingressClassName: className,
      rules: [{ host, http: { paths: [{ backend: { service }, path: '/', pathType: 'Prefix' }] } }],
      tls: [{ hosts: [host] }],
    },
  };
}

/** The sign-in's only secret: it encrypts the sessions that browsers hold. */
export function signInVolume({ credentials }: AgentPlace): Volume {
  return {
    name: 'sign-in',
    secret: { defaultMode: 0o440, items: [{ key: 'cookie-secret', path: 'cookie-secret' }], secretName: credentials },
  };
}

/**
 * The sidecar that lets in only who has signed in at the environment's OpenID provider. Behind it is the editor, or the worker
 * of an agent without one.
 *
 * @see https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview
 */
export function signInContainer(place: AgentPlace): object {
  return {
    args: signInArgs(place).map(literal),
    env: place.proxied ? proxyEnv(place.credentials) : undefined,
    image: imageOf(place.environment, 'oauth2-proxy'),
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
function signInArgs(place: AgentPlace): string[] {
  const { clientId, issuer } = oidcOf(place.environment);
  const upstream = place.agent.runtime.editor === undefined ? PORTS.worker : PORTS.editor;
  return [
    ...(exposureOf(place)?.groups ?? []).map((group) => `--allowed-group=${group}`),
    `--client-id=${clientId}`,
    '--client-secret-file=/dev/null',
    '--code-challenge-method=S256',
    `--cookie-secret-file=${SIGN_IN_FOLDER}/cookie-secret`,
    '--cookie-samesite=lax',
    '--email-domain=*',
    `--http-address=0.0.0.0:${PORTS.signIn}`,
    `--oidc-issuer-url=${issuer}`,
    '--provider=oidc',
    `--redirect-url=https://${hostOf(place)}/oauth2/callback`,
    '--reverse-proxy=true',
    '--silence-ping-logging=true',
    '--skip-provider-button=true',
    `--upstream=http://127.0.0.1:${upstream}/`,
  ];
}

function ingressOf({ environment }: AgentPlace): IngressProfile {
  return environment.cluster.ingress ?? missing(environment, 'ingress');
}

function oidcOf(environment: Environment): OidcProfile {
  return environment.cluster.oidc ?? missing(environment, 'oidc');
}

function missing(environment: Environment, capability: string): never {
  const fix = `add it under 'cluster' in environments/${environment.name}.yaml`;
  throw new FleetwrightError(
    'FW_ENVIRONMENT_INVALID',
    `environment '${environment.name}' has no '${capability}', which an exposed agent needs: ${fix}`,
  );
}
