import type { Task, TaskState } from '../../controller/contract/wire/index.ts';
import { COMMAND, print } from '../print.ts';
import { findOrgs, type ServerOptions } from './server.ts';
import { age, money, shortId, show, type ShowOptions, showTable } from './show.ts';

/** Options of `fleetwright tasks`. */
export interface TasksOptions extends ServerOptions, ShowOptions {
  readonly agent?: string;
  readonly in?: TaskState;
  /** At most so many of each org. */
  readonly limit: number;
}

/** A task without what went in and came out. */
type Listed = Omit<Task, 'input' | 'result'>;

/** Lists tasks, newest first. Answers with the exit code. */
export async function listTasks(options: TasksOptions): Promise<number> {
  const { agent, in: state, limit } = options;
  const query = new URLSearchParams({ limit: String(limit), ...(agent !== undefined && { agent }), ...(state !== undefined && { state }) });
  const lists = (await findOrgs(options)).map(async (org) => org.get<{ readonly items: readonly Listed[] }>(`/tasks?${query.toString()}`));
  const tasks = (await Promise.all(lists)).flatMap(({ items }) => items).sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  show(tasks, options, () => {
    if (tasks.length === 0) return print(`No tasks. '${COMMAND} new "…"' gives the fleet one.`);
    showTable(['TASK', 'ORG', 'AGENT', 'STATE', 'ATTEMPT', 'COST', 'MADE', 'TITLE'], tasks.map(rowOf));
  });
  return 0;
}

function rowOf({ id, org, agent, state, waitsFor, attempt, cost, createdAt, title }: Listed): (string | number)[] {
  const stands = waitsFor === undefined || state !== 'waiting' ? state : `waiting: ${waitsFor}`;
  return [shortId(id), org, agent, stands, attempt, money(cost), age(createdAt), title];
}
