import type {
  AgentStatus,
  BudgetStatus,
  LogEntry,
  Question,
  Task,
  TaskEvent,
  TaskGraph,
  TaskHistory,
  TaskState,
  TaskSummary,
} from '../contract/wire/index.ts';
import type { Store } from './store.ts';

/** Which tasks of an org to list, newest first. */
export interface TaskFilter {
  readonly agent?: string;
  readonly state?: TaskState;
  readonly parent?: string;
  /** What their titles hold, in small or capital letters. */
  readonly title?: string;
  /** The `cursor` of the page before. */
  readonly before?: string;
  /** At most so many. */
  readonly limit: number;
}

/** A page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  /** Where the next page begins; left out at the end. */
  readonly cursor?: string;
}

/** What an agent used of a model. */
export interface UsageTotal {
  /** For what, where that is told apart. */
  readonly project?: string;
  readonly agent: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number;
}

/** Where a reader of events or logs goes on: `<transaction>-<number>`. */
const START = '0-0';

/** How many tasks one page looks at, so that none takes long, however few of them are what is looked for. */
const SCAN = 1000;

/** How many tasks a graph shows. */
const GRAPH = 200;

/** What callers may see of an org. Nothing here changes anything. */
export class Reads {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What is read is about one org, and sees no other one. */
  async #read<Row>(org: string, text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#store.read<Row>(text, values, org);
  }

  /** A task of the org. */
  async task(org: string, id: string): Promise<Task | undefined> {
    return (await this.#read<Task>(org, 'select show_task(id, false) from task where id = $1 and org = $2', [id, org]))[0];
  }

  /** Tasks of the org, newest first. Where few are what is looked for, a page may have fewer than `limit`, and yet not be the last one. */
  async tasks(org: string, { agent, state, parent, title, before, limit }: TaskFilter): Promise<Page<TaskSummary>> {
    const filtered = agent !== undefined || state !== undefined || title !== undefined;
    const [page] = await this.#read<{ items: TaskSummary[]; cursor: number | null }>(
      org,
      `with seen as materialized (select id, seq, address, state, title from ${candidates(state, parent)} order by seq desc limit $8),
        found as materialized (select id, seq from seen s where ($4::text is null or address = $4) and ($5::text is null or $5 = state_of(id, state))
          and ($6::text is null or position(lower($6) in lower(title)) > 0) order by seq desc limit $7)
        select json_build_object('items', (select coalesce(json_agg(show_task(id, true) order by seq desc), '[]') from found), 'cursor',
          case when (select count(*) from found) = $7 then (select min(seq) from found)
            when (select count(*) from seen) = $8 then (select min(seq) from seen) end)`,
      [
        org,
        before ?? String(Number.MAX_SAFE_INTEGER),
        parent ?? null,
        agent === undefined ? null : `${org}/${agent}`,
        state ?? null,
        title ?? null,
        limit,
        filtered ? Math.max(limit, SCAN) : limit,
      ],
    );
    const { items = [], cursor = null } = page ?? {};
    return cursor === null ? { items } : { items, cursor: String(cursor) };
  }

  /** A task and those that have to do with it. */
  async graph(org: string, task: string): Promise<TaskGraph | undefined> {
    const [graph] = await this.#read<TaskGraph>(
      org,
      `with recursive near as (
          select id from task where id = $2 and org = $1
          union select n.id from near b cross join lateral (
            select parent as id from task where task.id = b.id and parent is not null union all select needed from need where need.task = b.id
            union all select need.task from need where needed = b.id union all select id from task where parent = b.id offset 0) n),
        shown as materialized (select id, row_number() over () as place from near limit ${GRAPH} + 1)
        select json_build_object('tasks', (select json_agg(show_task(id, true) order by place) from shown where place <= ${GRAPH}),
          'needs', (select coalesce(json_agg(json_strip_nulls(json_build_object('task', n.task, 'needed', n.needed, 'as', n.name, 'settled', n.settled)) order by s.place, n.needed), '[]')
            from shown s cross join lateral (select * from need where need.task = s.id offset 0) n where s.place <= ${GRAPH}
              and exists (select from shown where shown.id = n.needed and shown.place <= ${GRAPH})),
          'more', (select count(*) > ${GRAPH} from shown)) where exists (select from shown)`,
      [org, task],
    );
    return graph;
  }

  /** How the attempts at a task went, the last hundred of them. */
  async history(org: string, task: string): Promise<Omit<TaskHistory, 'scheduledBy'> | undefined> {
    const [history] = await this.#read<Omit<TaskHistory, 'scheduledBy'>>(
      org,
      `select json_strip_nulls(json_build_object('image', a.spec ->> 'image', 'local', a.spec -> 'local', 'models', coalesce(a.spec -> 'models', '[]'),
          'attempts', coalesce((select json_agg(show_attempt(t.id, n) order by n) from generate_series(greatest(1, l.last - 99), l.last) n), '[]')))
        from task t cross join lateral (select spec from agent where agent.address = t.address offset 0) a
        cross join lateral (select greatest(t.attempt, (select attempt from lease where lease.task = t.id)) as last) l where t.id = $2 and t.org = $1`,
      [org, task],
    );
    return history;
  }

  /** What happened in the org, or to one task, after an event; oldest first. */
  async events(
    org: string,
    { task, after = START, limit }: { readonly task?: string; readonly after?: string; readonly limit: number },
  ): Promise<TaskEvent[]> {
    return this.#read<TaskEvent>(
      org,
      `select (json_strip_nulls(json_build_object('id', tx || '-' || id, 'org', org, 'task', task, 'attempt', attempt, 'kind', kind, 'at', iso(at)))::jsonb
          || case when data is null then '{}' else jsonb_build_object('data', data) end)::json
        from event where ${task === undefined ? '$2::uuid is null' : 'task = $2'} and org = $1 and ${NEWS} order by tx, id limit $5`,
      [org, task ?? null, ...cursorOf(after), limit],
    );
  }

  /** The output of a task after an entry; oldest first. */
  async log(org: string, task: string, { after = START, limit }: { readonly after?: string; readonly limit: number }): Promise<LogEntry[]> {
    return this.#read<LogEntry>(
      org,
      `select json_build_object('id', tx || '-' || id, 'seq', seq, 'stream', stream, 'text', text, 'attempt', attempt, 'at', iso(at), 'late', late)
        from log where task = $2 and exists (select from task where task.id = $2 and org = $1) and ${NEWS} order by tx, id limit $5`,
      [org, task, ...cursorOf(after), limit],
    );
  }

  /** Whether the log of a task of the org has been forgotten, for its size. */
  async isLogGone(org: string, task: string): Promise<boolean> {
    return (await this.#read<boolean>(org, 'select to_json(gone) from log_size where org = $1 and task = $2', [org, task]))[0] ?? false;
  }

  /** Whether events of the org after this one may have been forgotten, or it is no event of this database. */
  async isCut(org: string, after: string): Promise<boolean> {
    return (await this.#read<boolean>(org, 'select to_json(is_cut($1, $2, $3))', [org, ...cursorOf(after)]))[0] ?? true;
  }

  /** Questions of the org, oldest first. */
  async questions(org: string, { open, limit }: { readonly open: boolean; readonly limit: number }): Promise<Question[]> {
    const condition = open ? "state = 'open'" : 'true';
    return this.#read<Question>(org, `select show_question(id) from question where org = $1 and ${condition} order by asked_at limit $2`, [
      org,
      limit,
    ]);
  }

  /** A question of the org. */
  async question(org: string, id: string): Promise<Question | undefined> {
    return (await this.#read<Question>(org, 'select show_question(id) from question where org = $1 and id = $2', [org, id]))[0];
  }

  /** The agents of the org. */
  async agents(org: string): Promise<AgentStatus[]> {
    return this.#read<AgentStatus>(
      org,
      `select json_strip_nulls(json_build_object('agent', name, 'skills', to_json(skills), 'running', l.claimed, 'queued', queued + running - l.claimed,
        'maxRunning', nullif(max_running, 2147483647), 'paused', paused or held)) from agent a
        cross join lateral (select count(*)::int as claimed from lease where lease.address = a.address) l where org = $1 and not removed order by name`,
      [org],
    );
  }

  /** How many tasks an agent of the org has before it, those that workers hold included; `undefined` if there is no such agent. */
  async unfinished(org: string, agent: string): Promise<number | undefined> {
    const text = 'select to_json(running + queued) from agent where org = $1 and name = $2 and not removed';
    return (await this.#read<number>(org, text, [org, agent]))[0];
  }

  /** The budgets of the org and of its agents. */
  async budgets(org: string): Promise<BudgetStatus[]> {
    return this.#read<BudgetStatus>(
      org,
      `select json_build_object('owner', owner, 'window', span, 'limit', amount, 'topUp', top_up, 'spent', spent, 'reserved', reserved)
        from budget where owner = $1 or owner like $1 || '/%' order by owner, span`,
      [org],
    );
  }

  /** What the org's agents used since a point in time, by agent and model, and if that is told apart by project. */
  async usage(org: string, since: string, by?: 'project'): Promise<UsageTotal[]> {
    return this.#read<UsageTotal>(
      org,
      `select json_strip_nulls(json_build_object('project', u.project, 'agent', agent, 'model', model, 'inputTokens', sum(input_tokens),
          'outputTokens', sum(output_tokens), 'cost', sum(cost)))
        from usage cross join lateral (select case when $3 then project end as project) u where org = $1 and at >= $2
        group by u.project, agent, model order by u.project, agent, model`,
      [org, since, by === 'project'],
    );
  }
}

/** What comes after the cursor and cannot be preceded by what is still being written. */
const NEWS = '(tx, id) > ($3::xid8, $4::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())';

function cursorOf(after: string): string[] {
  const [tx = '0', id = '0'] = after.split('-');
  return [tx, id];
}

/** Among which tasks to look: those that are held are few, whatever else there is; so are those below one task. */
function candidates(state: TaskState | undefined, parent: string | undefined): string {
  if (parent !== undefined) return 'task where parent = $3 and org = $1 and seq < $2';
  const rest = '$3::uuid is null and seq < $2';
  if (state !== 'claimed' && state !== 'running') return `task where org = $1 and ${rest}`;
  return `(select t.* from agent a cross join lateral (select task from lease where lease.address = a.address offset 0) l
    cross join lateral (select * from task where task.id = l.task offset 0) t where a.org = $1) held where ${rest}`;
}
