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
      await store.read(
        `insert into audit (org, token, name, operation, target, about, status, request)
          select org, token, name, operation, target, array(select json_array_elements_text(about)), status, request from json_to_recordset($1)
            as e(org text, token text, name text, operation text, target text, about json, status int, request text) returning null`,
        [JSON.stringify(entries)],
      );
      return entries;
    });
  }

  /** Entries of an org, newest first. */
  async list(org: string, { before, limit }: { readonly before?: string | undefined; readonly limit: number }): Promise<Page<AuditRecord>> {
    const items = await this.#store.read<AuditRecord>(
      `select json_build_object('id', id::text, 'at', iso(at), 'token', token, 'name', name, 'operation', operation, 'target', target, 'about', to_json(about),
        'status', status, 'request', request) from audit where org = $1 and id < $2 order by id desc limit $3`,
      [org, before ?? String(Number.MAX_SAFE_INTEGER), limit],
    );
    const last = items.at(-1);
    return items.length < limit || last === undefined ? { items } : { items, cursor: last.id };
  }
}
