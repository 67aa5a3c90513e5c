import type { LogEntry, Question, Task, TaskEvent, TaskState } from '../contract/wire/index.ts';
import type { Store } from './store.ts';

/** Which tasks of an org to list, newest first. */
export interface TaskFilter {
  readonly agent?: string;
  readonly state?: TaskState;
  readonly parent?: string;
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

/** A task without its input and result. */
export type TaskSummary = Omit<Task, 'input' | 'result'>;

/** How much an agent has to do, and what it may. */
export interface AgentStatus {
  readonly agent: string;
  readonly skills: string[];
  readonly running: number;
  readonly queued: number;
  readonly maxRunning?: number;
  readonly paused: boolean;
}

/** What is left of a budget, in millionths of a US dollar. */
export interface BudgetStatus {
  /** An org ('acme') or an agent ('acme/coder'). */
  readonly owner: string;
  readonly window: 'day' | 'month' | 'rolling' | 'total';
  readonly limit: number;
  readonly topUp: number;
  readonly spent: number;
  readonly reserved: number;
}

/** What an agent used of a model. */
export interface UsageTotal {
  readonly agent: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: number;
}

/** Where a reader of events or logs goes on: `<transaction>-<number>`. */
const START = '0-0';

/** What callers may see of an org. Nothing here changes anything. */
export class Reads {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A task of the org. */
  async task(org: string, id: string): Promise<Task | undefined> {
    return (await this.#store.read<Task>('select show_task(id, false) from task where id = $1 and org = $2', [id, org]))[0];
  }

  /** Tasks of the org, newest first. */
  async tasks(org: string, { agent, state, parent, before, limit }: TaskFilter): Promise<Page<TaskSummary>> {
    const rows = await this.#store.read<{ task: TaskSummary; seq: number }>(
      `select json_build_object('task', show_task(id, true), 'seq', seq) from task_state s
        where org = $1 and seq < $2 and ($3::text is null or address = $3) and ($4::text is null or state = $4)
          and ($5::uuid is null or exists (select from task t where t.id = s.id and t.parent = $5)) order by seq desc limit $6`,
      [
        org,
        before ?? String(Number.MAX_SAFE_INTEGER),
        agent === undefined ? null : `${org}/${agent}`,
        state ?? null,
        parent ?? null,
        limit,
      ],
    );
    const last = rows.at(-1);
    const items = rows.map(({ task }) => task);
    return rows.length < limit || last === undefined ? { items } : { items, cursor: String(last.seq) };
  }

  /** What happened in the org, or to one task, after an event; oldest first. */
  async events(
    org: string,
    { task, after = START, limit }: { readonly task?: string; readonly after?: string; readonly limit: number },
  ): Promise<TaskEvent[]> {
    return this.#store.read<TaskEvent>(
      `select (json_strip_nulls(json_build_object('id', tx || '-' || id, 'org', org, 'task', task, 'attempt', attempt, 'kind', kind, 'at', iso(at)))::jsonb
          || case when data is null then '{}' else jsonb_build_object('data', data) end)::json
        from event where ${task === undefined ? '$2::uuid is null' : 'task = $2'} and org = $1 and ${NEWS} order by tx, id limit $5`,
      [org, task ?? null, ...cursorOf(after), limit],
    );
  }

  /** The output of a task after an entry; oldest first. */
  async log(org: string, task: string, { after = START, limit }: { readonly after?: string; readonly limit: number }): Promise<LogEntry[]> {
    return this.#store.read<LogEntry>(
      `select json_build_object('id', tx || '-' || id, 'seq', seq, 'stream', stream, 'text', text, 'attempt', attempt, 'at', iso(at), 'late', late)
        from log where task = $2 and exists (select from task where task.id = $2 and org = $1) and ${NEWS} order by tx, id limit $5`,
      [org, task, ...cursorOf(after), limit],
    );
  }

  /** Questions of the org, oldest first. */
  async questions(org: string, { open, limit }: { readonly open: boolean; readonly limit: number }): Promise<Question[]> {
    const condition = open ? "state = 'open'" : 'true';
    return this.#store.read<Question>(`select show_question(id) from question where org = $1 and ${condition} order by asked_at limit $2`, [
      org,
      limit,
    ]);
  }

  /** A question of the org. */
  async question(org: string, id: string): Promise<Question | undefined> {
    return (await this.#store.read<Question>('select show_question(id) from question where org = $1 and id = $2', [org, id]))[0];
  }

  /** The agents of the org. */
  async agents(org: string): Promise<AgentStatus[]> {
    return this.#store.read<AgentStatus>(
      `select json_strip_nulls(json_build_object('agent', name, 'skills', to_json(skills), 'running', running, 'queued', queued,
        'maxRunning', nullif(max_running, 2147483647), 'paused', paused or held)) from agent where org = $1 and not removed order by name`,
      [org],
    );
  }

  /** The budgets of the org and of its agents. */
  async budgets(org: string): Promise<BudgetStatus[]> {
    return this.#store.read<BudgetStatus>(
      `select json_build_object('owner', owner, 'window', span, 'limit', amount, 'topUp', top_up, 'spent', spent, 'reserved', reserved)
        from budget where owner = $1 or owner like $1 || '/%' order by owner, span`,
      [org],
    );
  }

  /** What the org's agents used since a point in time, by agent and model. */
  async usage(org: string, since: string): Promise<UsageTotal[]> {
    return this.#store.read<UsageTotal>(
      `select json_build_object('agent', agent, 'model', model, 'inputTokens', sum(input_tokens), 'outputTokens', sum(output_tokens), 'cost', sum(cost))
        from usage where org = $1 and at >= $2 group by agent, model order by agent, model`,
      [org, since],
    );
  }
}

/** What comes after the cursor and cannot be preceded by what is still being written. */
const NEWS = '(tx, id) > ($3::xid8, $4::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot())';

function cursorOf(after: string): string[] {
  const [tx = '0', id = '0'] = after.split('-');
  return [tx, id];
}
