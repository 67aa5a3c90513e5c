import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './measure.ts';
import { PROGRAM } from './programs/program.ts';
import { makeCold, writeProject } from './project.ts';

/** Options of `node` with which the program's first line starts it. */
const OPTIONS =
  readFileSync(PROGRAM, 'utf8')
    .split('\n', 1)[0]
    ?.split(' ')
    .filter((word) => word.startsWith('--')) ?? [];

/** The real command line on a project, without anything that an earlier run remembered. */
export function coldJob(folder: string, agents: number): Job {
  writeProject(folder, agents);
  return {
    args: [...OPTIONS, programFile(agents === 0 ? 'empty' : 'ours'), String(agents), folder],
    folder,
    prepare: () => makeCold(folder),
  };
}

/** A program that has an output folder of its own. */
export function otherJob(name: 'json' | 'plus', folder: string, agents: number): Job {
  const prepare = () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  };
  prepare();
  return { args: [programFile(name), String(agents), folder], folder, prepare };
}

/** The command line as people call it. */
export function cliArgs(...args: readonly string[]): string[] {
  return [...OPTIONS, PROGRAM, ...args];
}

function programFile(name: string): string {
  return join(import.meta.dirname, 'programs', `${name}.ts`);
}
