import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { OutputTree } from './index.ts';
import { Lock } from './lock.ts';
import { CHILD, runChild, startChild, writeTask } from './testing/children.ts';
import { aFolder, aPlace, put, snapshot } from './testing/places.ts';
import { entriesOf, writeTree } from './testing/runs.ts';

// Starting a program takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const HOLDER = { pid: 1, host: hostname(), started: '2026-01-01T00:00:00.000Z', birth: '', token: 'theirs' };

function aLock(holder: object): string {
  const path = join(aFolder(), 'lock.json');
  writeFileSync(path, JSON.stringify({ ...HOLDER, ...holder }));
  return path;
}

function aDeadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('A tree that another process writes', () => {
  it('is refused, naming the process, and left as it is', async () => {
    const place = aPlace();
    writeTree(place, entriesOf({ 'dev/a.yaml': 'a' }));
    const child = await startChild({ place }, 'held');
    const before = snapshot(place.root);

    const expected = {
      code: 'FW_OUTPUT_LOCKED',
      message: expect.stringMatching(
        new RegExp(`^Process ${child.pid} on .+, started 20.+Z, is writing the same output tree. Wait for it to end. `),
      ),
    };
    expect(() => writeTree(place, entriesOf({ 'dev/a.yaml': 'b' }))).toThrow(expect.objectContaining(expected));
    expect(runChild({ place, texts: { 'dev/a.yaml': 'b' } })).toMatchObject({ code: 'FW_OUTPUT_LOCKED' });
    expect(snapshot(place.root)).toEqual(before);
  });

  it('can be written once that process has ended or was killed', async () => {
    const place = aPlace();
    const ended = await startChild({ place }, 'held');
    ended.stdin.end();
    await new Promise((resolve) => ended.once('exit', resolve));
    expect(existsSync(place.root)).toBe(false);

    const killed = await startChild({ place }, 'held');
    killed.kill('SIGKILL');
    await new Promise((resolve) => killed.once('exit', resolve));
    expect(writeTree(place, entriesOf({ 'dev/a.yaml': 'b' })).added).toEqual(['dev/a.yaml']);
    expect(Object.keys(snapshot(place.root))).toEqual(['.inventory.json', 'dev/a.yaml']);
  });

  it('is left as it is by a run whose lock was taken away', () => {
    const place = aPlace();
    writeTree(place, entriesOf({ 'dev/a.yaml': 'a' }));
    const tree = OutputTree.open(place);
    tree.stage(entriesOf({ 'dev/a.yaml': 'b' }));
    writeFileSync(join(place.root, '.fleetwright/lock.json'), JSON.stringify({ ...HOLDER, pid: 4711 }));
    expect(() => tree.commit()).toThrow(/^Process 4711 on/);
    expect(readFileSync(join(place.root, 'dev/a.yaml'), 'utf8')).toBe('a');
  });

  it('is refused to the same process as well', () => {
    const place = aPlace();
    const tree = OutputTree.open(place);
    expect(() => OutputTree.open(place)).toThrow(`Process ${process.pid} on ${hostname()}`);
    tree.close();
    OutputTree.open(place).close();
  });

  it('is never held by two, though many find the lock of a dead one', () => {
    const place = aPlace();
    put(join(place.root, '.fleetwright/lock.json'), JSON.stringify({ ...HOLDER, pid: aDeadPid() }));
    const task = writeTask({ place, texts: { 'dev/a.yaml': 'a' } });
    const script = `for i in 1 2 3 4 5 6; do "${process.execPath}" "${CHILD}" "${task}" & done; wait`;
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });

    expect(stderr).toBe('');
    const reports = stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(reports).toHaveLength(6);
    expect(reports.filter((report) => /"bytesWritten":[1-9]/.test(report))).toHaveLength(1);
    expect(reports.filter((report) => !/"bytesWritten"|FW_OUTPUT_LOCKED/.test(report))).toEqual([]);
    expect(Object.keys(snapshot(place.root))).toEqual(['.inventory.json', 'dev/a.yaml']);
  });
});

describe('Lock', () => {
  it('takes over from a process that is gone', () => {
    const path = aLock({ pid: aDeadPid() });
    const lock = Lock.take(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
    lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it('takes over from a process whose pid now belongs to another', () => {
    const path = aLock({ pid: process.pid, birth: 'another boot/1' });
    Lock.take(path).release();
    expect(existsSync(path)).toBe(false);
  });

  it('never takes over from a process that lives, however old its lock', () => {
    const path = aLock({ pid: process.ppid, started: '1990-01-01T00:00:00.000Z' });
    const advice = `Wait for it to end. If it is certain that it is gone, delete ${path} and run again. [FW_OUTPUT_LOCKED]`;
    const message = `Process ${process.ppid} on ${hostname()}, started 1990-01-01T00:00:00.000Z, is writing the same output tree. ${advice}`;
    expect(() => Lock.take(path)).toThrow(expect.objectContaining({ message }));
  });

  it('never takes over from a process on another host', () => {
    expect(() => Lock.take(aLock({ host: 'elsewhere', pid: aDeadPid() }))).toThrow(/^Process \d+ on elsewhere/);
  });

  it.each(['', '{"pid":', 'null', '[]'])('takes over a lock that was never finished: %j', (text) => {
    const path = aLock({});
    writeFileSync(path, text);
    Lock.take(path).release();
    expect(existsSync(path)).toBe(false);
  });

  it('notices when it was taken away', () => {
    const path = aLock({ pid: aDeadPid() });
    const lock = Lock.take(path);
    lock.assertHeld();
    writeFileSync(path, JSON.stringify({ ...HOLDER, pid: 4711 }));
    expect(() => lock.assertHeld()).toThrow(/^Process 4711 on/);
    lock.release();
    expect(existsSync(path)).toBe(true);
  });
});
