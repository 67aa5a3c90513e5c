import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findRunning } from './find-running.ts';
import { findMarked, knownProcess } from './processes.ts';
import { StateFolder } from './state-folder.ts';
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
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(place, '.gitignore'), 'utf8')).toBe('*\n');
    const message = new RegExp(
      `^Process ${process.pid} on .*, runs the fleet of ${place}; stop that one with Ctrl-C, or take .* \\[FW_UP_FAILED\\]$`,
    );
    await expect(StateFolder.take(place)).rejects.toThrow(message);

    folder.write('a/b', 'text');
    expect(statSync(join(place, 'a/b')).mode & 0o777).toBe(0o600);
    expect([folder.read('a/b'), folder.read('a/c')]).toEqual(['text', undefined]);
    const tokens = folder.write('tokens.json', '{"acme":"x","other":"y"}');
    folder.announce({ url: 'http://127.0.0.1:1', tokens, orgs: ['acme', 'toString'], obstacles: { 'acme/a': 'why' } });
    expect(findRunning(place)).toEqual({
      url: 'http://127.0.0.1:1',
      tokens: new Map([['acme', 'x']]),
      obstacles: new Map([['acme/a', 'why']]),
    });
    await folder.release();
    expect(findRunning(place)).toBeUndefined();

    const again = await StateFolder.take(place);
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

  it('ends nothing of the folder that it is a copy of', async () => {
    const place = aPlace();
    const folder = await StateFolder.take(place);
    const [marked, known] = [aSleeper(folder.mark), aSleeper()];
    const [mark = ''] = Object.entries(folder.mark).map(([name, value]) => `${name}=${value}`);
    await eventually(() => findMarked(mark).includes(marked.pid));
    folder.remember(knownProcess(known.pid));

    const copy = `${place}-copy`;
    cpSync(place, copy, { recursive: true });
    rmSync(join(copy, 'lock.json'));
    await (await StateFolder.take(copy)).release();
    expect([marked.isGone(), known.isGone()]).toEqual([false, false]);
    expect(await folder.release()).toBe(1);
  });

  it('is no folder that holds something else', async () => {
    const place = aPlace();
    mkdirSync(place, { mode: 0o755 });
    writeFileSync(join(place, '.gitignore'), 'dist/\n');
    writeFileSync(join(place, 'readme.md'), 'mine');
    await expect(StateFolder.take(place)).rejects.toThrow(
      `the folder ${place} holds something else, such as 'readme.md'; name an empty one, or one that there is not yet, with --state <folder> [FW_UP_FAILED]`,
    );
    expect(readFileSync(join(place, '.gitignore'), 'utf8')).toBe('dist/\n');
    expect(statSync(place).mode & 0o777).toBe(0o755);
  });

  it('is none that came with a repository', async () => {
    const place = aPlace();
    await (await StateFolder.take(place)).release();
    chmodSync(join(place, 'state.json'), 0o644);
    await expect(StateFolder.take(place)).rejects.toThrow(
      /^others may write or read .*state\.json, so it is not of this machine's Fleetwright/,
    );
  });

  it.each([
    ['a token from elsewhere', { tokens: '../secret.json' }, /^.*running\.json names tokens that are not the folder's own: /],
    ['a token by a link', { tokens: 'link.json' }, /names tokens that are not the folder's own/],
    [
      'an address elsewhere',
      { url: 'http://192.0.2.1:8080' },
      /names the address 'http:\/\/192\.0\.2\.1:8080', which is not of this machine$/,
    ],
    ['an address that only looks like one here', { url: 'http://127.0.0.1:1@192.0.2.1' }, /which is not of this machine$/],
    ['no address', { url: 'x' }, /which is not of this machine$/],
    ['tokens that are not there', { tokens: 'none.json' }, /^the tokens of the fleet cannot be read from /],
  ])('sends nobody to %s', async (_, said, message) => {
    const place = aPlace();
    const folder = await StateFolder.take(place);
    folder.write('tokens.json', '{"acme":"x"}');
    writeFileSync(join(place, '..', 'secret.json'), '{"acme":"secret"}', { mode: 0o600 });
    symlinkSync('../secret.json', join(place, 'link.json'));
    const { url, tokens } = { url: 'http://127.0.0.1:1', tokens: 'tokens.json', ...said };
    folder.announce({ url, tokens: join(place, tokens), orgs: ['acme'], obstacles: {} });
    expect(findRunning(place)).toMatch(message);
  });

  it.each(['', 'running.json', 'tokens.json'])('is not believed when others may write %j', async (file) => {
    const place = aPlace();
    const folder = await StateFolder.take(place);
    const tokens = folder.write('tokens.json', '{"acme":"x"}');
    folder.announce({ url: 'http://127.0.0.1:1', tokens, orgs: ['acme'], obstacles: {} });
    chmodSync(join(place, file), file === '' ? 0o755 : 0o644);
    expect(findRunning(place)).toMatch(/others may write or read|not the folder's own/);
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
