/** What a program is, as long as it is: its number counts up with every new holder. */
export interface Term {
  readonly name: string;
  readonly number: number;
}

/** Under what a call is made. */
export interface Scope {
  /** A term that must still last, in the same transaction. */
  readonly term?: Term;
  /** The only org whose rows the call may see and change, whatever it says. PostgreSQL alone looks after that. */
  readonly org?: string;
}

/** A database with the tables and functions of `sql/`. Nothing else knows which one it is. */
export interface Store {
  readonly kind: 'pglite' | 'postgres';

  /**
   * Calls a function of `sql/` in a transaction of its own. When the database finds a deadlock, the call is made again.
   *
   * @throws Refusal FW_UNAVAILABLE if the database cannot be reached; whether the call took effect is then unknown
   * @throws Error for which `isTermOver` holds
   */
  call<Answer>(name: string, values: readonly unknown[], scope?: Scope): Promise<Answer>;

  /** Reads rows, of one `org` only; each is given as the JSON that its only column holds. @throws Refusal FW_UNAVAILABLE */
  read<Row>(text: string, values: readonly unknown[], org?: string): Promise<Row[]>;

  /** Runs statements, in one transaction, while no other program that does the same can. @throws Error what the database says */
  migrate(run: (session: Session) => Promise<void>): Promise<void>;

  /**
   * Hears what transactions announce on a channel. A hint: announcements are lost while the connection is.
   *
   * @returns a function that ends it
   */
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>;

  /** Waits for what is under way and lets go of the database. */
  close(): Promise<void>;
}

/** Statements within one transaction. */
export interface Session {
  /** Runs any number of statements without values. */
  run(text: string): Promise<void>;
  rows<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;
}

/** The schema that holds all of ours. */
export const SCHEMA = 'fleetwright';

/** The role that sees the rows of one org only. See `sql/walls.sql`. */
export const WALLED_ROLE = 'fleetwright_org';

/** So that two programs never migrate at once. Any number that no other program uses. */
export const MIGRATION_LOCK = 7_163_202_611;

/**
 * How each session plans: keys are looked up by index, and plans are made once. Statements are written so that this is always right, and then
 * no plan depends on how old the statistics are.
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  search_path: SCHEMA,
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
};

/** Text and values of a call. */
export function toCall(name: string, values: readonly unknown[], term?: Term): { name: string; text: string; values: unknown[] } {
  const places = values.map((_, i) => `$${i + 1}`);
  const text = `select ${name}(${places.join(', ')}) as answer`;
  if (term === undefined) return { name, text, values: [...values] };
  // What stands in the from clause comes first.
  const fenced = `${text} from under_term($${values.length + 1}, $${values.length + 2})`;
  return { name: `${name} under a term`, text: fenced, values: [...values, term.name, term.number] };
}

/** The same store for as long as a term lasts: once it is over, no call changes anything. */
export function underTerm(store: Store, term: Term): Store {
  return {
    kind: store.kind,
    call: async (name, values, scope) => store.call(name, values, { ...scope, term }),
    read: async (text, values, org) => store.read(text, values, org),
    migrate: async (run) => store.migrate(run),
    listen: async (channel, hear) => store.listen(channel, hear),
    close: async () => store.close(),
  };
}

/** Whether a call, or one of several, was refused because another program leads by now. */
export function isTermOver(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isTermOver);
  return sqlState(error) === 'FW002';
}

/** Runs it again when two transactions stood in each other's way: the database undid one of them. */
export async function retryDeadlocks<T>(run: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left -= 1) {
    try {
      // One after the other is the point.
      return await run();
    } catch (error) {
      if (left === 0 || !DEADLOCKS.has(sqlState(error) ?? '')) throw error;
    }
  }
}

const DEADLOCKS = new Set(['40P01', '40001']);

/** The five characters with which PostgreSQL says what went wrong. @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}
