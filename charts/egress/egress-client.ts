import type { Egress, Environment } from '../../constructs/index.ts';
import { type EnvVar, secretEnv } from '../pod.ts';

/** The port of the org's egress proxy. */
export const EGRESS_PORT = 3128;

const NO_PROXY = 'localhost,127.0.0.1,.svc,.svc.cluster.local';
const FIXED: readonly EnvVar[] = Object.freeze([
  Object.freeze({ name: 'NODE_USE_ENV_PROXY', value: '1' }),
  Object.freeze({ name: 'NO_PROXY', value: NO_PROXY }),
  Object.freeze({ name: 'no_proxy', value: NO_PROXY }),
]);

/** Whether a part with these intents goes through the org's egress proxy, with a password of its own. */
export function usesProxy(environment: Environment, intents: readonly Egress[]): boolean {
  return intents.length > 0 && environment.cluster.egress.backend === 'proxy';
}

/** Name of the Kubernetes Secret with the credentials of a part. */
export function credentialsName(id: string): string {
  return `${id}-credentials`;
}

/**
 * The variables by which programs find the org's egress proxy. They are a convenience: the network policies are the wall.
 *
 * @param secretName the Secret whose key `egress-url` holds the proxy's URL, password included
 * @see https://nodejs.org/api/cli.html#node_use_env_proxy1
 */
export function proxyEnv(secretName: string): EnvVar[] {
  return [
    secretEnv('HTTP_PROXY', secretName, 'egress-url'),
    secretEnv('HTTPS_PROXY', secretName, 'egress-url'),
    secretEnv('http_proxy', secretName, 'egress-url'),
    secretEnv('https_proxy', secretName, 'egress-url'),
    ...FIXED,
  ];
}

/** The URL by which a part reaches the org's egress proxy. */
export function egressUrl(id: string, password: string, org: string): string {
  return `http://${id}:${password}@egress.${org}.svc.cluster.local:${EGRESS_PORT}`;
}
