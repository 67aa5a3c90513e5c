import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Ended } from '../../testing/command.ts';

const CLI = join(import.meta.dirname, '..', '..', 'fleetwright.js');

/** Runs the command line as a user would, while this process goes on to serve it. npm has a home of its own, without anyone's settings. */
export async function fleetwright(root: string, args: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), 'fleetwright-home-'));
  onTestFinished(() => rmSync(home, { force: true, recursive: true }));
  const child = spawn(process.execPath, [CLI, ...args.split(' ').filter(Boolean)], {
    cwd: root,
    env: { HOME: home, PATH: process.env['PATH'] ?? '', ...env },
  });
  const texts = { stderr: '', stdout: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (texts[name] += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...texts };
}
