import { randomUUID } from 'node:crypto';
import { LIMITS, type NewTask, Refusal } from '../contract/wire/index.ts';
import { digestOf, toStorable } from './storable.ts';

/** A task with its id, ready for `sql/schedule.sql`. */
export interface PreparedTask extends Omit<NewTask, 'needs'> {
  /** Position in the call. */
  readonly at: number;
  readonly id: string;
  readonly digest: string;
  readonly needs?: NonNullable<NewTask['needs']>;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Gives each task of a call its id, replaces keys by the ids of the tasks that have them, and checks what can be known without the database.
 *
 * @throws Refusal FW_BODY_INVALID, FW_GRAPH_CYCLE, FW_NEED_UNKNOWN, FW_TEXT_INVALID, FW_TOO_LARGE
 */
export function prepareGraph(tasks: readonly NewTask[]): PreparedTask[] {
  const ids = new Map<string, string>();
  const prepared = tasks.map((task, at) => {
    checkTask(task, at);
    const id = randomUUID();
    if (task.key !== undefined && ids.has(task.key))
      throw invalid(`/tasks/${at}/key`, `Key '${task.key}' stands twice in one call; give each task its own`);
    if (task.key !== undefined) ids.set(task.key, id);
    return { ...task, at, id, digest: digestOf(task) };
  });
  const resolved = prepared.map((task) => (task.needs === undefined ? task : { ...task, needs: resolveNeeds(task, ids) }));
  refuseCycles(resolved);
  return resolved;
}

function checkTask(task: NewTask, at: number): void {
  if ((task.agent === undefined) === (task.skills === undefined))
    throw invalid(`/tasks/${at}`, "A task needs 'agent' or 'skills', and not both");
  if (task.notBefore !== undefined && Number.isNaN(Date.parse(task.notBefore))) {
    throw invalid(`/tasks/${at}/notBefore`, `'${task.notBefore}' is no point in time`);
  }
  toStorable(task.input, `/tasks/${at}/input`, LIMITS.inputBytes);
  toStorable({ ...task, input: undefined }, `/tasks/${at}`);
}

function resolveNeeds(task: PreparedTask, ids: ReadonlyMap<string, string>): NonNullable<NewTask['needs']> {
  const at = `/tasks/${task.at}/needs`;
  const needs = (task.needs ?? []).map((need) => ({ ...need, task: ids.get(need.task) ?? need.task }));
  for (const need of needs) {
    if (!ID.test(need.task))
      throw new Refusal('FW_NEED_UNKNOWN', `'${need.task}' is neither the id of a task nor a key in this call`, { at });
  }
  if (new Set(needs.map((need) => need.task)).size < needs.length) throw invalid(at, 'The same task is needed twice; name it once');
  return needs;
}

/** Existing tasks never need new ones, so a cycle can only be within a call. Takes away what needs nothing until nothing or a cycle is left. */
function refuseCycles(tasks: readonly PreparedTask[]): void {
  const own = new Set(tasks.map(({ id }) => id));
  const left = new Map(tasks.map((task) => [task.id, new Set((task.needs ?? []).map((need) => need.task).filter((id) => own.has(id)))]));
  const dependents = Map.groupBy(
    tasks.flatMap((task) => (task.needs ?? []).map((need) => ({ needed: need.task, by: task.id }))),
    ({ needed }) => needed,
  );
  const free = [...left].filter(([, needs]) => needs.size === 0).map(([id]) => id);
  for (const id of free) {
    left.delete(id);
    for (const { by } of dependents.get(id) ?? []) {
      const needs = left.get(by);
      needs?.delete(id);
      if (needs?.size === 0) free.push(by);
    }
  }
  const [stuck] = left.keys();
  if (stuck === undefined) return;
  const names = tasks.filter(({ id }) => left.has(id)).map(({ key, title }) => `'${key ?? title}'`);
  throw new Refusal('FW_GRAPH_CYCLE', `These tasks wait for each other: ${names.join(', ')}; take one of the needs away`, {
    at: `/tasks/${tasks.find(({ id }) => id === stuck)?.at}/needs`,
  });
}

function invalid(at: string, message: string): Refusal {
  return new Refusal('FW_BODY_INVALID', message, { at });
}
