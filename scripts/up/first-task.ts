import type { Client, Scheduled } from '../../controller/contract/wire/index.ts';
import type { PlannedAgent } from './plan.ts';

/** A task that shows a new fleet at work. */
export interface FirstTask {
  readonly agent: PlannedAgent;
  readonly title: string;
}

/** Longest title, in characters. */
const LONGEST = 120;

/** The first agent that has a task of its own in its instructions and can run here; else the first that takes tasks at all. */
export function chooseFirstTask(agents: readonly PlannedAgent[]): FirstTask | undefined {
  const able = agents.filter(({ obstacle, dispatched }) => obstacle === undefined && dispatched);
  const agent = able.find(({ contract }) => instructionsOf(contract.env) !== '') ?? able[0];
  if (agent === undefined) return undefined;
  const [line = ''] = instructionsOf(agent.contract.env).split('\n');
  return { agent, title: (line || 'A first task').slice(0, LONGEST).trim() };
}

/** Schedules it, once and for all: a fleet that is started again has had it. */
export async function scheduleFirstTask({ agent, title }: FirstTask, client: Client): Promise<string | undefined> {
  const request = { tasks: [{ agent: agent.name, title, key: 'up: first task' }] };
  const { tasks } = await client.post<{ readonly tasks: readonly Scheduled[] }>('/tasks', request, { retryMs: 5000 });
  return tasks[0]?.task;
}

function instructionsOf(env: Readonly<Record<string, string>>): string {
  return (env['AGENT_INSTRUCTIONS'] ?? '').trim();
}
