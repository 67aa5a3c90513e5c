import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { Refusal } from '../../contract/wire/index.ts';
import { checkUrl, type Claims, type Issuer } from './issuers.ts';
import type { Role } from './roles.ts';
import type { Identity } from './tokens.ts';

/** Signatures that anybody with the provider's public key can check, and only it can make. */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512'];

/** How far clocks may be apart, in seconds. */
const SKEW_SECONDS = 30;

/** How long the provider has to answer, in milliseconds. */
const ANSWER_MS = 5000;

/** How long after a failure the provider is left in peace, in milliseconds. */
const TRY_AGAIN_MS = 5000;

/** A group that gives a role in an org. Work is done by workers, not by people. */
const GROUP = /^fleetwright:(?<org>[a-z][a-z0-9-]{0,62}):(?<role>viewer|operator|admin)$/;

const RANK: readonly Role[] = ['viewer', 'operator', 'admin'];

/** Whose tokens are good for people. */
export interface OidcOptions {
  /** URL of the OpenID provider, exactly as its tokens name it. */
  readonly issuer: string;
  /** What tokens must be issued for. */
  readonly audience: string;
  /** The claim that lists groups. */
  readonly groupsClaim: string;
}

/**
 * People, by the tokens of an OpenID provider. A group `fleetwright:<org>:<role>` gives a role in an org; of several the highest counts.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export class Oidc implements Issuer {
  readonly #options: OidcOptions;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  claims({ iss }: Claims): boolean {
    return iss === this.#options.issuer;
  }

  async identify(token: string, org: string | undefined): Promise<Identity | undefined> {
    const { issuer, audience } = this.#options;
    try {
      const { payload } = await jwtVerify(token, await this.#findKeys(), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: SKEW_SECONDS,
        requiredClaims: ['exp', 'sub'],
      });
      return this.#toIdentity(payload, org);
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      if (cause instanceof errors.JOSEError && !AWAY.has(cause.code)) return undefined;
      throw new Refusal('FW_UNAVAILABLE', `The OpenID provider ${issuer} cannot be asked for its keys now`, { cause });
    }
  }

  /** Once; after a failure again, but not for each request. */
  async #findKeys(): Promise<JWTVerifyGetKey> {
    if (this.#keys === undefined) {
      this.#keys = findKeys(this.#options.issuer);
      this.#keys.catch(() => setTimeout(() => (this.#keys = undefined), TRY_AGAIN_MS).unref());
    }
    return this.#keys;
  }

  #toIdentity(payload: JWTPayload, wanted: string | undefined): Identity | undefined {
    const roles = new Map<string, Role>();
    for (const group of [payload[this.#options.groupsClaim]].flat()) {
      const { org = '', role = '' } = GROUP.exec(typeof group === 'string' ? group : '')?.groups ?? {};
      const rank = Math.max(RANK.indexOf(role as Role), RANK.indexOf(roles.get(org) ?? 'worker'));
      const higher = RANK[rank];
      if (higher !== undefined) roles.set(org, higher);
    }
    const org = wanted !== undefined && roles.has(wanted) ? wanted : [...roles.keys()].sort()[0];
    const role = roles.get(org ?? '');
    if (org === undefined || role === undefined || payload.exp === undefined) return undefined;
    const person = createHash('sha256').update(`${payload.iss} ${payload.sub}`).digest('hex').slice(0, 32);
    return { token: `person:${person}`, name: nameOf(payload), org, role, agents: [], until: payload.exp * 1000 };
  }
}

/** Codes of errors that are not the token's. */
const AWAY: ReadonlySet<string> = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT']);

/** Where the provider's keys are, by its own document. They are kept, and looked for again when a token names another one. */
async function findKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const found = (await answer.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  if (!answer.ok || found.issuer !== issuer || typeof found.jwks_uri !== 'string')
    throw new Error(`${issuer} does not describe itself as the provider of this name`);
  return createRemoteJWKSet(checkUrl(found.jwks_uri), { timeoutDuration: ANSWER_MS, cooldownDuration: 30_000 });
}

/** What people call the person, without what would speak to a terminal. */
function nameOf({ email, name, preferred_username: user, sub }: JWTPayload): string {
  const found = [user, email, name, sub].find((each): each is string => typeof each === 'string' && each !== '') ?? 'a person';
  return found.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').slice(0, 128);
}
