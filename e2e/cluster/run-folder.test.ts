import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { RunFolder } from './run-folder.ts';

describe('RunFolder', () => {
  const run = RunFolder.create();
  afterEach(() => run.killProcesses());

  it('finds and kills the processes of the run, and no others', async () => {
    const ours = spawn('sleep', ['60'], { env: { ...process.env, ...run.environment } });
    const foreign = spawn('sleep', ['60']);
    const ended = new Promise((resolve) => ours.once('exit', (_, signal) => resolve(signal)));

    expect(run.liveProcesses()).toEqual([ours.pid]);
    expect(run.killProcesses()).toEqual(['sleep 60']);
    expect(await ended).toBe('SIGKILL');
    expect(run.liveProcesses()).toEqual([]);
    expect(foreign.exitCode).toBeNull();
    foreign.kill();
  });

  it('leaves the folder of a run that still goes on alone', () => {
    expect(RunFolder.sweepAbandoned()).not.toContain(run.path.split('/').at(-1));
    expect(existsSync(run.path)).toBe(true);
  });

  it('is gone after it was removed', () => {
    run.remove();
    expect(existsSync(run.path)).toBe(false);
  });
});
