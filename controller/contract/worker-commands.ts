import { PATHS, PORTS } from './environment.ts';

/** The worker's program in the image `worker`. */
const IN_IMAGE = '/worker';

/** The same program where an init container puts it for other images. */
const INSTALLED = `${PATHS.worker}/worker`;

/** Puts files into the workspace where they are missing. Runs in the image `worker`. */
export function seedCommand(): string[] {
  return [IN_IMAGE, 'seed', PATHS.seed, PATHS.workspace];
}

/** Seconds that are left to the worker, of those that a pod has to end, once its program is stopped: it reports what became of the task. */
const LAST_SECONDS = 5;

/**
 * Speaks the contract for a program: translates its configuration, starts it, says how it is.
 *
 * @param podSeconds how long the pod has to end
 */
export function runCommand(adapter: string, program: readonly string[], podSeconds: number): string[] {
  const grace = String(Math.max(1, podSeconds - LAST_SECONDS));
  const command = [INSTALLED, 'run', '--adapter', adapter, '--grace', grace, '--health', String(PORTS.health)];
  return program.length === 0 ? command : [...command, '--', ...program];
}

/** Ends with 0 if a GET of the URL is answered with a status below 400. */
export function probeCommand(url: string): string[] {
  return [INSTALLED, 'probe', url];
}
