import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PROBLEM_STATUS } from '../contract/wire/index.ts';
import { readOptions, start, TOKENS_FILE } from './index.ts';
import { readFleet } from './program/fleet-file.ts';
import { aController, adminToken, type Controller, request, tokenOf } from './testing/index.ts';

const NOBODY = {};

describe('The options', () => {
  it('are those that need no thought', () => {
    expect(readOptions([], NOBODY)).toEqual({
      fleet: 'fleet.json',
      data: '.cache/controller',
      postgres: undefined,
      host: '127.0.0.1',
      port: 8080,
      hosts: [],
      rate: 1000,
      keepDays: 30,
    });
    expect(readOptions(['--help'], NOBODY)).toBeUndefined();
    expect(readOptions(['--allow-host', 'a', '--allow-host', 'b'], { FLEETWRIGHT_POSTGRES: 'postgres://db' })).toMatchObject({
      hosts: ['a', 'b'],
      postgres: 'postgres://db',
    });
  });

  it.each([
    [['--port', '65536'], "'--port' must be a whole number from 0 to 65535, got '65536'"],
    [['--port', '-1'], /--port/],
    [['--rate', '1e3'], "'--rate' must be a whole number from 1 to 1000000, got '1e3'"],
    [['--keep-days', ''], "'--keep-days' must be a whole number from 1 to 3650, got ''"],
    [['--fleets', 'x'], /Unknown option '--fleets'/],
  ])('%j are refused', (args, message) => {
    expect(() => readOptions(args, NOBODY)).toThrow(message);
  });
});

describe('The fleet file', () => {
  let folder = '';
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'fleetwright-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    [
      '{"contract":"1.9","orgs":{}}',
      /was written for contract 1\.9, and this program knows 1\.\d+; upgrade it before what writes the file/,
    ],
    ['{"contract":"2.0","orgs":{}}', /was written for contract 2\.0/],
    ['{"contract":"1.0"}', /is not valid: '\/orgs' is missing/],
    ['{"contract":"1.0","orgs":{"Acme":{"agents":{}}}}', /is not valid/],
    ['{"contract":"1.0","orgs":{},"orgs":{}}', /the key "orgs" twice/],
    ['contract: 1.0', /cannot be read: The body is not JSON/],
  ])('%s is refused', (text, message) => {
    const file = join(folder, 'fleet.json');
    writeFileSync(file, text);
    expect(() => readFleet(file)).toThrow(message);
    expect(() => readFleet(join(folder, 'none.json'))).toThrow(/none\.json' cannot be read: ENOENT/);
  });
});

describe('The program', { timeout: 60_000 }, () => {
  let folder = '';
  let controller: Controller;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fleetwright-'));
    controller = await aController(folder);
  }, 60_000);
  afterAll(async () => {
    await controller.end('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('listens on the loopback address, and keeps the first tokens to itself', () => {
    expect(new URL(controller.url).hostname).toBe('127.0.0.1');
    expect(statSync(join(folder, TOKENS_FILE)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, TOKENS_FILE), 'utf8')).toMatch(/^\{\n {2}"acme": "fw_[0-9a-f]{16}_[\w-]{43}"\n\}\n$/);
    expect(controller.printed()).toContain(`The first token of org 'acme', with the role admin, is in ${join(folder, TOKENS_FILE)}`);
    expect(controller.printed()).not.toMatch(/fw_[0-9a-f]/);
  });

  it('is the only one on its folder', async () => {
    await expect(aController(folder)).rejects.toThrow(`is used by process ${controller.child.pid}`);
  });

  it('works at the same time as it is asked to end: a long-poll is answered, and the exit code is 0', async () => {
    const token = adminToken(folder);
    const made = (await request(controller, token, '/tokens', { name: 'w', role: 'worker', agents: ['coder'] })).body as { token: string };
    const waiting = request(controller, made.token, '/claims', { agents: ['coder'], waitSeconds: 60 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = performance.now();
    expect(await controller.end('SIGTERM')).toBe(0);
    expect(performance.now() - before).toBeLessThan(5000);
    expect((await waiting).body).toEqual({ claims: [] });
    controller = await aController(folder);
    expect(adminToken(folder)).toBe(token);
    expect(controller.printed()).not.toContain('The first token');
    expect((await request(controller, token, '/agents')).status).toBe(200);
  });

  it('reads the fleet again on SIGHUP, and goes on with the old one if that cannot be used', async () => {
    const own = mkdtempSync(join(tmpdir(), 'fleetwright-'));
    const fleet = join(own, 'fleet.json');
    const agents = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { mode: 'job' }]));
    const orgs = { acme: { agents: agents('coder') } };
    writeFileSync(fleet, JSON.stringify({ contract: '1.0', orgs }));
    const running = await aController(own, '--fleet', fleet);
    const reread = async (text: string, says: string) => {
      writeFileSync(fleet, text);
      running.child.kill('SIGHUP');
      await vi.waitUntil(() => running.printed().includes(says), { timeout: 30_000 });
    };
    const names = async () => {
      const { body } = await request(running, adminToken(own), '/agents');
      return (body as { items: { agent: string }[] }).items.map(({ agent }) => agent).toSorted();
    };
    await reread(
      JSON.stringify({ contract: '1.0', orgs: { acme: { agents: agents('coder', 'tester') }, lab: { agents: agents('ada') } } }),
      'The fleet was read again',
    );
    expect(await names()).toEqual(['coder', 'tester']);
    const who = await fetch(`${running.url}/v1/whoami`, { headers: { authorization: `Bearer ${tokenOf(own, 'lab')}` } });
    expect(await who.json()).toMatchObject({ org: 'lab', role: 'admin' });
    await reread('{', 'The fleet cannot be read again, and the old one goes on: ');
    expect(await names()).toEqual(['coder', 'tester']);
    expect(await running.end('SIGTERM')).toBe(0);
    rmSync(own, { recursive: true });
  }, 120_000);

  it('finishes what a kill interrupted: a token that only the file has becomes one', async () => {
    const own = mkdtempSync(join(tmpdir(), 'fleetwright-'));
    const token = `fw_0123456789abcdef_${'a'.repeat(43)}`;
    writeFileSync(join(own, TOKENS_FILE), JSON.stringify({ acme: token }));
    const fleet = join(import.meta.dirname, '..', '..', 'docs', 'guides', 'fleet.json');
    const running = await start({ fleet, data: own, postgres: undefined, host: '127.0.0.1', port: 0, hosts: [], rate: 10, keepDays: 1 });
    expect(running.newOrgs).toEqual(['acme']);
    expect((await request(running, token, '/agents')).status).toBe(200);
    await running.stop();
    rmSync(own, { recursive: true });
  });
});

describe('The guide', { timeout: 120_000 }, () => {
  it('does what it says', () => {
    const root = join(import.meta.dirname, '..', '..');
    const guide = readFileSync(join(root, 'docs', 'guides', 'dispatch-by-curl.md'), 'utf8');
    const folder = mkdtempSync(join(tmpdir(), 'fleetwright-'));
    // As where an older Node.js is installed.
    const old = join(folder, 'bin');
    mkdirSync(old);
    writeFileSync(join(old, 'node'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
    const printed = execFileSync('bash', ['docs/guides/dispatch-by-curl.sh'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        PATH: [old, process.env['PATH']].join(':'),
        DATA: join(folder, 'data'),
        PORT: String(20_000 + (process.pid % 20_000)),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    rmSync(folder, { recursive: true });
    const shown = [...guide.matchAll(/```text\n(.*?)```/gs)].map(([, code]) => code?.trim() ?? '');
    expect(shown.length).toBeGreaterThan(3);
    for (const text of shown) expect(normal(printed)).toContain(normal(text));
  });
});

describe('The table of codes in the guide', () => {
  it('has all of them', () => {
    const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'dispatch-by-curl.md'), 'utf8');
    const rows = [...guide.matchAll(/^\| (FW_\w+) +\| (\d+) /gm)].map(([, code, status]) => [code, Number(status)]);
    expect(rows).toEqual(Object.entries(PROBLEM_STATUS));
  });
});

/** What differs from run to run. */
function normal(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/fw_[0-9a-f]{16}_[\w-]{43}|fw_\w*…/g, 'TOKEN')
    .replaceAll(/"id":"[0-9a-f]{16}"/g, '"id":"ID"');
}
