import { readFileSync } from 'node:fs';
import { aProject, fleetwright, type Project } from '../../scripts/up/testing/index.ts';

/** A project with the org `acme`: agents that run a line of shell, by their names. */
export function agentsOf(lines: Readonly<Record<string, string>>, run = 'Run.job({ retries: 3 })'): Project {
  const agents = Object.entries(lines).map(
    ([name, line]) => `
  new Agent(org, '${name}', { runtime: WorkerRuntime.shell({ command: ['sh', '-c', ${JSON.stringify(line)}] }), run: ${run} });`,
  );
  return aProject(agents.join(''));
}

/** The id of a task that is given to an agent of a running fleet. */
export function begin(project: Project, agent: string, title = 'Work'): string {
  const { code, stdout, stderr } = fleetwright(project, `new ${title} --agent ${agent} --output json`);
  if (code !== 0) throw new Error(stderr);
  const { tasks } = JSON.parse(stdout) as { readonly tasks: readonly { readonly id: string }[] };
  return tasks[0]?.id ?? '';
}

/** A task as it stands. */
interface Looked {
  readonly id: string;
  readonly state: string;
  readonly reason?: string;
  readonly attempt: number;
}

/** The task as it stands. */
export function look(project: Project, id: string): Looked {
  const tasks = JSON.parse(fleetwright(project, 'tasks --output json --limit 100').stdout) as readonly Looked[];
  const found = tasks.find((task) => task.id === id);
  if (found === undefined) throw new Error(`There is no task ${id}`);
  return found;
}

/** Resident memory of a process, in MiB. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

/** The processes of a fleet whose command line holds a text. */
export function processesLike(pids: readonly number[], text: string): number[] {
  return pids.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text));
}

/** Sends a signal to those of some processes that are still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
