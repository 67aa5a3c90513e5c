import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findMarked, knownProcess } from './processes.ts';
import { findRunning, StateFolder } from './state-folder.ts';
import { eventually } from './testing/up-process.ts';

function aPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'fleetwright-state-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  return join(place, 'state');
}

function aSleeper(env: Readonly<Record<string, string>> = {}): { readonly pid: number; readonly isGone: () => boolean } {
  const child = spawn('sleep', ['1000'], { env: { PATH: process.env['PATH'], ...env }, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { pid: child.pid ?? 0, isGone: () => child.signalCode !== null };
}

describe('StateFolder', () => {
  it('is one process’s, for this user only, and out of Git', async () => {
    const place = aPlace();
    const folder = await StateFolder.take(place);
    expect(folder.isNew).toBe(true);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(place, '.gitignore'), 'utf8')).toBe('*\n');
    const message = new RegExp(
      `^Process ${process.pid} on .*, runs the fleet of ${place}; stop that one with Ctrl-C, or take .* \\[FW_UP_FAILED\\]$`,
    );
    await expect(StateFolder.take(place)).rejects.toThrow(message);

    folder.write('a/b', 'text');
    expect(statSync(join(place, 'a/b')).mode & 0o777).toBe(0o600);
    expect([folder.read('a/b'), folder.read('a/c')]).toEqual(['text', undefined]);
    folder.announce({ url: 'http://127.0.0.1:1', tokens: 'x', orgs: ['acme'] });
    expect(findRunning(place)).toEqual({ url: 'http://127.0.0.1:1', tokens: 'x', orgs: ['acme'] });
    await folder.release();
    expect(findRunning(place)).toBeUndefined();

    const again = await StateFolder.take(place);
    expect(again.isNew).toBe(false);
    expect(again.mark).toEqual(folder.mark);
    await again.release();
  });

  it('ends what an earlier run has left, and nobody else', async () => {
    const place = aPlace();
    const folder = await StateFolder.take(place);
    const [marked, known, foreign] = [aSleeper(folder.mark), aSleeper(), aSleeper({ FLEETWRIGHT_UP: 'another' })];
    const [mark = ''] = Object.entries(folder.mark).map(([name, value]) => `${name}=${value}`);
    await eventually(() => findMarked(mark).includes(marked.pid));
    folder.remember(knownProcess(known.pid));
    // Since then its number has become another's.
    folder.remember({ ...knownProcess(foreign.pid), birth: 'another boot/1' });
    // As if it had been killed.
    rmSync(join(place, 'lock.json'));

    const next = await StateFolder.take(place);
    await eventually(() => marked.isGone() && known.isGone());
    expect(foreign.isGone()).toBe(false);
    await next.release();
  });

  it.each([
    [
      '{"version":2,"id":"x"}',
      /is of version 2, and this program knows 1: a newer Fleetwright has made it; use that one, or another folder with --state <folder> \[FW_UP_FAILED\]$/,
    ],
    ['{"version":1}', /state\.json is damaged; delete the folder to begin anew, which forgets its tasks \[FW_UP_FAILED\]$/],
    ['', /is damaged/],
  ])('is left alone when it says %j', async (text, message) => {
    const place = aPlace();
    await (await StateFolder.take(place)).release();
    writeFileSync(join(place, 'state.json'), text);
    await expect(StateFolder.take(place)).rejects.toThrow(message);
    expect(readFileSync(join(place, 'state.json'), 'utf8')).toBe(text);
    expect(existsSync(join(place, 'lock.json'))).toBe(false);
  });

  it('has to be a folder that can be made', async () => {
    await expect(StateFolder.take('/dev/null/state')).rejects.toThrow(
      /^the state folder \/dev\/null\/state cannot be written: ENOTDIR.*; name one that can, with --state <folder> \[FW_UP_FAILED\]$/,
    );
  });
});
