import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { aFolder } from './places.ts';
import type { ChildReport, ChildTask } from './child.ts';

/** The program that children run. */
export const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Runs a child to its end. `undefined` when it was killed. */
export function runChild(task: ChildTask): ChildReport | undefined {
  const { stdout, stderr, signal, status } = spawnSync(process.execPath, [CHILD, writeTask(task)], { encoding: 'utf8' });
  if (signal === 'SIGKILL') return undefined;
  if (status !== 0) throw new Error(`The child has failed: ${stderr}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as ChildReport;
}

/** Starts a child and waits until it prints `line`. It is killed when the test ends. */
export async function startChild(task: ChildTask, line: string): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const child = spawn(process.execPath, [CHILD, writeTask(task)], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    if (String(chunk).includes(line)) return child;
  }
  throw new Error(`The child has ended without printing '${line}'.`);
}

/** Writes a task down for a child. Returns the file. */
export function writeTask(task: ChildTask): string {
  const file = join(aFolder(), 'task.json');
  writeFileSync(file, JSON.stringify(task));
  chmodSync(dirname(file), 0o755); // A child may become a user who could not read it otherwise.
  return file;
}

/** Ends a child at once, if it still runs. */
export async function kill(child: ChildProcessByStdio<Writable, Readable, null>): Promise<void> {
  const isGone = child.exitCode !== null || child.signalCode !== null;
  if (isGone) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
