import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './measure.ts';
import { makeCold, writeProject } from './project.ts';

const ROOT = join(import.meta.dirname, '..');

/** How `npm run fleetwright` starts the program: options of `node`, and the program's file. */
const [OPTIONS, PROGRAM] = readStart();

function readStart(): [string[], string] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { fleetwright: string } };
  const words = scripts.fleetwright.split(' ').slice(1);
  return [words.slice(0, -1), join(ROOT, words.at(-1) ?? '')];
}

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
