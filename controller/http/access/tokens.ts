import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../../dispatch/index.ts';
import type { Role } from './roles.ts';

/** Who calls: what a token says about its holder. */
export interface Identity {
  /** Id of the token. */
  readonly token: string;
  readonly name: string;
  readonly org: string;
  readonly role: Role;
  /** The agents that a worker works for. */
  readonly agents: readonly string[];
  /** When the token ends, in milliseconds since 1970, if it is not one of ours: those are looked up. */
  readonly until?: number;
}

/** A token to make. */
export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly agents?: readonly string[];
}

/** What there is to see of a token. */
export interface TokenStatus extends Required<NewToken> {
  readonly agents: string[];
  readonly id: string;
  readonly createdAt: string;
  /** When a session ends by itself; tokens do not. */
  readonly expiresAt?: string;
}

interface TokenRow extends TokenStatus {
  readonly org: string;
  readonly hash: string;
}

const FORM = /^fw_([0-9a-f]{16})_[\w-]{43}$/;

/** How long a token may still work after another replica has revoked it, in milliseconds. */
const FRESH_MS = 5000;

/** How often an unknown token makes us look whether another replica has made it, in milliseconds. */
const LOOK_AGAIN_MS = 1000;

/** Bearer tokens. The database has their hashes only; who is asked for is looked up in memory, so that guesses cost the database nothing. */
export class Tokens {
  readonly #store: Store;
  #rows = new Map<string, TokenRow>();
  #loadedAt = -Infinity;
  #loading: Promise<void> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whose token this is, if it is one. @throws Refusal FW_UNAVAILABLE */
  async identify(token: string): Promise<Identity | undefined> {
    const id = FORM.exec(token)?.[1];
    if (id === undefined) return undefined;
    const age = performance.now() - this.#loadedAt;
    if (age > FRESH_MS || (!this.#rows.has(id) && age > LOOK_AGAIN_MS)) await this.#load();
    const row = this.#rows.get(id);
    if (row === undefined || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hashOf(token)))) return undefined;
    return { token: id, name: row.name, org: row.org, role: row.role, agents: row.agents };
  }

  /** Whether a token that was good still is. */
  async isLive(id: string): Promise<boolean> {
    if (performance.now() - this.#loadedAt > FRESH_MS) await this.#load();
    return this.#rows.has(id);
  }

  /** Makes a token. It is shown here and never again. */
  async create(org: string, { name, role, agents = [] }: NewToken, by: string): Promise<{ readonly id: string; readonly token: string }> {
    const token = makeToken();
    await this.#insert(org, token, { name, role, agents }, by);
    await this.refresh();
    return { id: idOf(token), token };
  }

  /** Makes the first token of an org, unless it has one. @returns whether this is it */
  async createFirst(org: string, token: string): Promise<boolean> {
    return (await this.#insert(org, token, { name: 'first admin', role: 'admin', agents: [] }, null)).length > 0;
  }

  /** Ends a token with its sessions, here at once and on other replicas within seconds. @returns whether there was one */
  async revoke(org: string, id: string): Promise<boolean> {
    const text = `update token set revoked_at = clock_timestamp() where org = $1 and (id = $2 or (created_by = $2 and expires_at is not null))
      and revoked_at is null returning to_json(id)`;
    const revoked = await this.#store.read(text, [org, id]);
    await this.refresh();
    return revoked.length > 0;
  }

  /** The tokens of an org, newest first. */
  async list(org: string): Promise<TokenStatus[]> {
    await this.#load();
    return [...this.#rows.values()].filter((row) => row.org === org).map(({ org: _org, hash: _hash, ...status }) => status);
  }

  async #insert(org: string, token: string, { name, role, agents = [] }: NewToken, by: string | null): Promise<unknown[]> {
    return this.#store.read(
      `insert into token (id, org, name, role, agents, hash, created_by) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (org) where created_by is null do nothing returning to_json(id)`,
      [idOf(token), org, name, role, agents, hashOf(token), by],
    );
  }

  /** Looks again, as something has changed: a look that began before may not have seen it. */
  async refresh(): Promise<void> {
    await this.#loading?.catch(() => undefined);
    await this.#load();
  }

  /** All that work now, once at a time. */
  async #load(): Promise<void> {
    this.#loading ??= this.#read().finally(() => (this.#loading = undefined));
    await this.#loading;
  }

  async #read(): Promise<void> {
    const rows = await this.#store.read<TokenRow>(
      `select json_strip_nulls(json_build_object('id', id, 'org', org, 'name', name, 'role', role, 'agents', to_json(agents), 'hash', hash, 'createdAt', iso(created_at),
          'expiresAt', iso(expires_at))) from token where revoked_at is null and coalesce(expires_at, 'infinity') > clock_timestamp() order by created_at desc`,
      [],
    );
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    this.#loadedAt = performance.now();
  }
}

/** A new token: who sees it in a log knows what it is, and programs that look for leaked secrets do too. */
export function makeToken(): string {
  return `fw_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

/** Id of a token. */
export function idOf(token: string): string {
  const id = FORM.exec(token)?.[1];
  if (id === undefined) throw new Error('This is no token of the dispatcher');
  return id;
}

/** What the database keeps of a secret. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'hex');
}
