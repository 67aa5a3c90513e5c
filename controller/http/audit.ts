import { coalesce, type Page, type Store } from '../dispatch/index.ts';

/** What a caller did, or was refused. */
export interface AuditEntry {
  readonly org: string;
  /** Id of the caller's token, and its name. */
  readonly token: string;
  readonly name: string;
  readonly operation: string;
  /** Path of the request. */
  readonly target: string;
  /** Ids of tasks that it was about, where the path does not say. */
  readonly about: readonly string[];
  /** What was changed, before and after, where nothing else tells. */
  readonly change?: object;
  /** Status of the answer. */
  readonly status: number;
  readonly request: string;
}

/** An entry as it is read. */
export interface AuditRecord extends Omit<AuditEntry, 'org'> {
  readonly about: string[];
  readonly id: string;
  readonly at: string;
}

/** What was done, by whom and when. An answer is given after its entry is written, so nothing that was acknowledged is missing. */
export class Audit {
  readonly #store: Store;
  readonly record: (entry: AuditEntry) => Promise<unknown>;

  constructor(store: Store) {
    this.#store = store;
    this.record = coalesce(async (entries: AuditEntry[]) => {
      await store.call('record_audit', [JSON.stringify(entries)]);
      return entries;
    });
  }

  /** Who scheduled a task: the entry was written as soon as the task was. */
  async schedulerOf(org: string, task: string, createdAt: string): Promise<Pick<AuditRecord, 'name' | 'token'> | undefined> {
    const text = `select json_build_object('name', name, 'token', token) from audit where org = $1
      and at between $3::timestamptz and $3::timestamptz + interval '10 seconds' and $2 = any(about)
      and operation not in ('claimTasks', 'completeTasks') order by at limit 1`;
    return (await this.#store.read<Pick<AuditRecord, 'name' | 'token'>>(text, [org, task, createdAt]))[0];
  }

  /** Entries of an org, newest first. */
  async list(org: string, { before, limit }: { readonly before?: string | undefined; readonly limit: number }): Promise<Page<AuditRecord>> {
    const items = await this.#store.read<AuditRecord>(
      `select (jsonb_build_object('id', id::text, 'at', iso(at), 'token', token, 'name', name, 'operation', operation, 'target', target, 'about', to_json(about),
        'status', status, 'request', request) || case when change is null then '{}' else jsonb_build_object('change', change) end)::json from audit where org = $1 and id < $2 order by id desc limit $3`,
      [org, before ?? String(Number.MAX_SAFE_INTEGER), limit],
    );
    const last = items.at(-1);
    return items.length < limit || last === undefined ? { items } : { items, cursor: last.id };
  }
}
