import { PATHS } from './environment.ts';

/** The worker's program in the image `worker`. */
const IN_IMAGE = '/worker';

/** The same program where an init container puts it for other images. */
const INSTALLED = `${PATHS.worker}/worker`;

/** Puts files into the workspace where they are missing. Runs in the image `worker`. */
export function seedCommand(): string[] {
  return [IN_IMAGE, 'seed', PATHS.seed, PATHS.workspace];
}

/** Speaks the contract for a program: serves its port, translates its configuration, starts it. */
export function runCommand(adapter: string, program: readonly string[]): string[] {
  const command = [INSTALLED, 'run', '--adapter', adapter];
  return program.length === 0 ? command : [...command, '--', ...program];
}

/** Ends with 0 if a GET of the URL is answered with a status below 400. */
export function probeCommand(url: string): string[] {
  return [INSTALLED, 'probe', url];
}
