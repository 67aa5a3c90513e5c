import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isLoopback, request } from './http.ts';
import { unresolved } from './unresolved.ts';

/**
 * The value of the `Authorization` header that a registry asks for, to read one repository.
 *
 * @param challenge its `WWW-Authenticate` header
 * @throws FleetwrightError FW_TOOLS_UNRESOLVED
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export async function answerChallenge(challenge: string, host: string, repository: string): Promise<string> {
  const credentials = readCredentials(host);
  if (/^basic\b/i.test(challenge)) {
    if (credentials === undefined) throw unresolved(`${host} asks for a password: log in with 'docker login ${host}'`);
    return `Basic ${credentials}`;
  }
  const fields = Object.fromEntries(
    [...challenge.matchAll(/([a-z]+)="([^"]*)"/gi)].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const realm = fields['realm'];
  if (!/^bearer\b/i.test(challenge) || realm === undefined || !URL.canParse(realm)) {
    throw unresolved(`${host} asks for a way of signing in that is not known here`);
  }
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !isLoopback(host.replace(/:\d+$/, '')))
    throw unresolved(`${host} hands out its tokens without encryption`);
  if (fields['service'] !== undefined) url.searchParams.set('service', fields['service']);
  url.searchParams.set('scope', `repository:${repository}:pull`);
  const { status, body } = await request(url, { headers: credentials === undefined ? {} : { authorization: `Basic ${credentials}` } });
  if (status !== 200)
    throw unresolved(`${url.host} gives no token for '${repository}' (status ${status}); ${loginHint(host, credentials)}`);
  return `Bearer ${tokenIn(body, url.host)}`;
}

/** What to do where a registry refuses. */
export function loginHint(host: string, credentials = readCredentials(host)): string {
  return credentials === undefined
    ? `check the name, or log in with 'docker login ${host}'; passwords in a credential helper are not read`
    : `the password that 'docker login' has kept for ${host} may be wrong, or not allow it`;
}

function tokenIn(body: Buffer, host: string): string {
  try {
    const { token, access_token: other } = JSON.parse(body.toString()) as { token?: unknown; access_token?: unknown };
    const found = token ?? other;
    if (typeof found === 'string' && /^[\x21-\x7e]+$/.test(found)) return found;
  } catch {
    // Told of below.
  }
  throw unresolved(`${host} answered without a token`);
}

/** User and password for a registry, as `docker login` keeps them: base64, ready for the header. */
function readCredentials(host: string): string | undefined {
  const file = join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json');
  try {
    const { auths = {} } = JSON.parse(readFileSync(file, 'utf8')) as { auths?: Record<string, { auth?: unknown } | undefined> };
    const auth = auths[host]?.auth ?? auths[`https://${host}`]?.auth;
    return typeof auth === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(auth) ? auth : undefined;
  } catch {
    return undefined;
  }
}
