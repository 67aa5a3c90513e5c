import type { Identity } from './tokens.ts';

/** What a JSON Web Token says of itself, which anybody may have written. @see https://www.rfc-editor.org/rfc/rfc7519 */
export type Claims = Readonly<Record<string, unknown>>;

/** Somebody else who makes tokens: the cluster for workers, an OpenID provider for people. */
export interface Issuer {
  /** Whether the token says that it is this issuer's. Asks nobody. */
  readonly claims: (claims: Claims) => boolean;

  /**
   * Whose token it is, if it is good. `org` is the one that the request is about.
   *
   * @throws Refusal FW_UNAVAILABLE if whoever knows does not answer
   */
  readonly identify: (token: string, org: string | undefined) => Promise<Identity | undefined>;
}

/** The form of these tokens, which none of ours has. */
const FORM = /^[\w-]{1,2000}\.([\w-]{1,6000})\.[\w-]{1,2000}$/;

/** What the token says of itself, if it has the form of such a token. */
export function readClaims(token: string): Claims | undefined {
  const payload = FORM.exec(token)?.[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/** What is fetched from elsewhere must not be changed on the way. @throws Error */
export function checkUrl(text: string): URL {
  const url = new URL(text);
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && local)) return url;
  throw new Error(`'${text}' must begin with https://`);
}
