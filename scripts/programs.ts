import { accessSync, constants } from 'node:fs';
import { delimiter, extname, isAbsolute, join, resolve } from 'node:path';

/** Programs that run beside the command line: their sources in the repository, and what they are built to in the package. */
const PROGRAMS = {
  agent: ['controller/agent/main.ts', 'agent/main.js'],
  controller: ['controller/main.ts', 'controller/main.js'],
  fleetwright: ['scripts/fleetwright.js', 'fleetwright.js'],
  leash: ['scripts/up/leash.ts', 'leash.js'],
  'scripted-model': ['controller/agent/scripted-model/main.ts', 'scripted-model/main.js'],
  worker: ['controller/worker/main.ts', 'worker/main.js'],
} as const;

const ROOT = join(import.meta.dirname, '..');

/** The file of one of our own programs, in the repository or in the package. */
export function ownProgram(name: keyof typeof PROGRAMS): string {
  const [source, built] = PROGRAMS[name];
  return extname(import.meta.filename) === '.ts' ? join(ROOT, source) : join(import.meta.dirname, built);
}

/** Whether a program is there: on the PATH, or at its path. */
export function isProgram(name: string, folder = process.cwd()): boolean {
  const places = name.includes('/') ? [isAbsolute(name) ? name : resolve(folder, name)] : pathFolders().map((each) => join(each, name));
  return places.some(isExecutable);
}

function pathFolders(): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
