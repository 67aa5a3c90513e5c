import { Refusal, type Scheduled } from '../../controller/contract/wire/index.ts';
import type { Controller } from './controller.ts';
import type { PlannedAgent } from './plan.ts';
import type { StateFolder } from './state-folder.ts';

/** A task that shows a new fleet at work. */
export interface FirstTask {
  readonly agent: PlannedAgent;
  readonly title: string;
}

/** The file that says that the fleet has had it: the controller forgets what is over for long. */
const HAD = 'first-task';

/** Longest title, in characters. */
const LONGEST = 120;

/** Begins it, once and for all: each start tries, as one before may have failed. @returns its title if it was begun now, or why it could not be */
export async function beginFirstTask(
  agents: readonly PlannedAgent[],
  controller: Controller,
  state: StateFolder,
): Promise<{ readonly begun?: string; readonly trouble?: string }> {
  const first = state.read(HAD) === undefined ? chooseFirstTask(agents) : undefined;
  if (first === undefined) return {};
  const { agent, title } = first;
  const request = { tasks: [{ agent: agent.name, title, key: 'up: first task' }] };
  try {
    const { tasks } = await controller
      .client(agent.org)
      .post<{ readonly tasks: readonly Scheduled[] }>('/tasks', request, { retryMs: 5000 });
    state.write(HAD, `${tasks[0]?.task}\n`);
    return tasks[0]?.created === true ? { begun: title } : {};
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Since then its title has become another.
    if (error.code === 'FW_KEY_REUSED') return {};
    return { trouble: `A first task could not begin, and is tried again at the next start: ${error.message}` };
  }
}

/** The first agent that has a task of its own in its instructions and can run here; else the first that takes tasks at all. */
export function chooseFirstTask(agents: readonly PlannedAgent[]): FirstTask | undefined {
  const able = agents.filter(({ obstacle, dispatched }) => obstacle === undefined && dispatched);
  const agent = able.find(({ contract }) => instructionsOf(contract.env) !== '') ?? able[0];
  if (agent === undefined) return undefined;
  const [line = ''] = instructionsOf(agent.contract.env).split('\n');
  return { agent, title: (line || 'A first task').slice(0, LONGEST).trim() };
}

function instructionsOf(env: Readonly<Record<string, string>>): string {
  return (env['AGENT_INSTRUCTIONS'] ?? '').trim();
}
