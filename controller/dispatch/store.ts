/** A database with the tables and functions of `sql/`. Nothing else knows which one it is. */
export interface Store {
  readonly kind: 'pglite' | 'postgres';

  /**
   * Calls a function of `sql/` in a transaction of its own. When the database finds a deadlock, the call is made again.
   *
   * @throws Refusal FW_UNAVAILABLE if the database cannot be reached; whether the call took effect is then unknown
   */
  call<Answer>(name: string, values: readonly unknown[]): Promise<Answer>;

  /** Reads rows; each is given as the JSON that its only column holds. @throws Refusal FW_UNAVAILABLE */
  read<Row>(text: string, values: readonly unknown[]): Promise<Row[]>;

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

/** Text of a call. */
export function callText(name: string, count: number): string {
  return `select ${name}(${Array.from({ length: count }, (_, i) => `$${i + 1}`).join(', ')}) as answer`;
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
