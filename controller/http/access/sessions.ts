import { randomBytes } from 'node:crypto';
import { Refusal } from '../../contract/wire/index.ts';
import type { Store } from '../../dispatch/index.ts';
import type { Role } from './roles.ts';
import { hashOf, idOf, makeToken, type Identity, type Tokens } from './tokens.ts';

/** How long a code for signing in is good, and how long a session lasts. */
const LASTS = { code: '10 minutes', session: '12 hours' } as const;

/** The token that a session goes back to, so that it ends with it; any other token is its own. */
const ROOT = (id: string) => `coalesce((select created_by from token where id = ${id} and expires_at is not null), ${id})`;

/** What a person signs in with. */
export type Credential = { readonly code: string } | { readonly token: string };

/** A session as it begins: its token is for a cookie and is shown to nobody. */
export interface NewSession {
  readonly token: string;
  readonly expiresAt: string;
}

/** Sessions of people who use the page. A session is a token that ends by itself, and with the token that it was made by. */
export class Sessions {
  readonly #store: Store;
  readonly #tokens: Tokens;

  constructor(store: Store, tokens: Tokens) {
    this.#store = store;
    this.#tokens = tokens;
  }

  /** Makes a code that is good for one session. @param name of the person, for the audit log */
  async createCode({ org, token }: Identity, { name, role }: { readonly name: string; readonly role: Role }): Promise<SignInCode> {
    const code = randomBytes(32).toString('base64url');
    const [expiresAt = ''] = await this.#store.read<string>(
      `with gone as (delete from sign_in_code where expires_at < clock_timestamp())
        insert into sign_in_code (hash, org, name, role, made_by, expires_at)
        values ($1, $2, $3, $4, ${ROOT('$5')}, clock_timestamp() + interval '${LASTS.code}') returning to_json(iso(expires_at))`,
      [hashOf(code), org, name, role, token],
    );
    return { code, expiresAt };
  }

  /** Begins a session. @throws Refusal FW_UNAUTHENTICATED, FW_FORBIDDEN */
  async begin(credential: Credential): Promise<NewSession> {
    const token = makeToken();
    const expiresAt = 'code' in credential ? await this.#ofCode(credential.code, token) : await this.#ofToken(credential.token, token);
    await this.#tokens.refresh();
    return { token, expiresAt };
  }

  /** Ends a session, and nothing else. */
  async end({ org, token }: Identity): Promise<void> {
    const text = `update token set revoked_at = clock_timestamp() where org = $1 and id = $2 and expires_at is not null returning null`;
    await this.#store.read(text, [org, token]);
    await this.#tokens.refresh();
  }

  async #ofCode(code: string, token: string): Promise<string> {
    const [expiresAt] = await this.#store.read<string>(
      `with used as (delete from sign_in_code where hash = $1 returning *)
        insert into token (id, org, name, role, agents, hash, created_by, expires_at)
          select $2, org, name, role, '{}', $3, made_by, clock_timestamp() + interval '${LASTS.session}' from used
          where expires_at > clock_timestamp() and exists (select from token where id = made_by and revoked_at is null)
          returning to_json(iso(expires_at))`,
      [hashOf(code), idOf(token), hashOf(token)],
    );
    if (expiresAt === undefined)
      throw new Refusal('FW_UNAUTHENTICATED', 'The link has been used, is older than ten minutes, or is not whole; ask for a new one');
    return expiresAt;
  }

  async #ofToken(known: string, token: string): Promise<string> {
    const caller = await this.#tokens.identify(known);
    if (caller === undefined)
      throw new Refusal('FW_UNAUTHENTICATED', 'The token is not whole, unknown or revoked; an admin of the org makes a new one');
    if (caller.role === 'worker')
      throw new Refusal(
        'FW_FORBIDDEN',
        "This is a worker's token, and workers do not use the page; use one with the role viewer, operator or admin",
      );
    const [expiresAt] = await this.#store.read<string>(
      `insert into token (id, org, name, role, agents, hash, created_by, expires_at)
        select $1, $2, $3, $4, '{}', $5, $6, clock_timestamp() + interval '${LASTS.session}'
        where not exists (select from token where id = $6 and expires_at is not null) returning to_json(iso(expires_at))`,
      [idOf(token), caller.org, caller.name, caller.role, hashOf(token), caller.token],
    );
    // It would outlive what it came from, and so on for ever.
    if (expiresAt === undefined) throw new Refusal('FW_FORBIDDEN', 'This is a session already; sign in with a link or a token');
    return expiresAt;
  }
}

/** A code for signing in, good once. */
export interface SignInCode {
  readonly code: string;
  readonly expiresAt: string;
}
