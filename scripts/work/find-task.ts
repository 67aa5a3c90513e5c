import type { Task } from '../../controller/contract/wire/index.ts';
import { FleetwrightError } from '../../constructs/index.ts';
import { findOrgs, type OrgServer, type ServerOptions } from './server.ts';

const WHOLE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How many of the newest tasks a short id is looked for among. */
const NEWEST = 500;

/** A task, and the org that it is of. */
export interface FoundTask {
  readonly server: OrgServer;
  readonly task: Task;
}

/**
 * Finds a task by its id, or by the first characters of it, in any of the orgs.
 *
 * @throws FleetwrightError FW_USAGE if there is none, or several begin so
 */
export async function findTask(id: string, options: ServerOptions): Promise<FoundTask> {
  const found: FoundTask[] = [];
  for (const server of await findOrgs(options)) {
    for (const whole of WHOLE.test(id) ? [id] : await idsFrom(server, id)) {
      const task = await server.get<Task>(`/tasks/${whole}`).catch(noneIfMissing);
      if (task !== undefined) found.push({ server, task });
    }
  }
  const [first, ...others] = found;
  if (first === undefined)
    throw new FleetwrightError('FW_USAGE', `there is no task '${id}' among the newest ${NEWEST}; 'fleetwright tasks' lists them`);
  if (others.length === 0) return first;
  const names = found.map(({ server, task }) => `${task.id} (${server.org}/${task.agent})`).join(', ');
  throw new FleetwrightError('FW_USAGE', `several tasks begin with '${id}': ${names}; give more of the id`);
}

async function idsFrom(server: OrgServer, start: string): Promise<string[]> {
  const { items } = await server.get<{ readonly items: readonly { readonly id: string }[] }>(`/tasks?limit=${NEWEST}`);
  return start === '' ? [] : items.map((task) => task.id).filter((id) => id.startsWith(start.toLowerCase()));
}

function noneIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** Whether a controller has said that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FW_NOT_FOUND';
}
