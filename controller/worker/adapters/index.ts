import { join } from 'node:path';
import type { Adapter } from './adapter.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { droid } from './droid.ts';
import { geminiCli } from './gemini-cli.ts';
import { goose } from './goose.ts';
import { opencode } from './opencode.ts';
import { reference } from './reference.ts';
import { shell } from './shell.ts';

export type { Adapter } from './adapter.ts';

/** The adapters by the names that runtimes give them. */
const ADAPTERS = new Map([
  ['shell', shell],
  ['reference', reference],
  ['claude-code', claudeCode],
  ['codex', codex],
  ['droid', droid],
  ['gemini-cli', geminiCli],
  ['goose', goose],
  ['opencode', opencode],
]);

/** It stands beside the worker's folder. That one is flat where it has been built. */
const REFERENCE_AGENT = import.meta.filename.endsWith('.ts')
  ? join(import.meta.dirname, '..', '..', 'agent', 'main.ts')
  : join(import.meta.dirname, '..', 'agent', 'main.js');

/** The adapter of this name. @throws Error if there is none */
export function adapterOf(name: string): Adapter {
  const adapter = ADAPTERS.get(name);
  if (adapter === undefined) throw new Error(`There is no adapter '${name}'; there are ${[...ADAPTERS.keys()].join(', ')}`);
  return adapter;
}

/** What to start: the program that was named, or the adapter's own. @throws Error if there is none */
export function programOf(adapter: string, named: readonly string[]): readonly string[] {
  if (named.length > 0) return named;
  if (adapter === 'reference') return [process.execPath, REFERENCE_AGENT];
  throw new Error(`The adapter '${adapter}' needs the program to run, after '--'`);
}
