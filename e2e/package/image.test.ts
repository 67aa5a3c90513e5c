import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { currentSession, measure } from '../session.ts';
import { packOnce } from './tarball.ts';
import { Terminal } from './terminal.ts';

/** The most that the packages of the controller may weigh, in megabytes. */
const HEAVIEST = 60;

const { run } = currentSession();
const image = join(run.path, 'image');
const data = join(run.path, 'controller-data');
const fleet = join(run.path, 'fleet');
let controller: ChildProcess | undefined;
let terminal: Terminal;
let address = '';

beforeAll(async () => {
  // The images hold what the package holds.
  await packOnce(process.cwd(), run);
  terminal = new Terminal(process.cwd(), dirname(process.execPath));
  await terminal.run(`node scripts/gates/image.ts '${image}'`, { isOnline: true });
  mkdirSync(fleet);
  writeFileSync(join(fleet, 'acme.json'), JSON.stringify({ contract: '1.0', orgs: { acme: { agents: { ada: { mode: 'pool' } } } } }));
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const begin = performance.now();
  controller = spawn(process.execPath, [join(image, 'controller', 'main.js'), '--fleet', fleet, '--data', data, '--port', String(port)], {
    env: terminal.environment(),
    stdio: 'ignore',
  });
  await untilReady();
  measure(run, { subject: 'controller image', what: 'ready s, embedded', value: Number(((performance.now() - begin) / 1000).toFixed(1)) });
}, 300_000);

afterAll(async () => {
  if (controller === undefined || controller.exitCode !== null) return;
  const ended = new Promise((resolve) => controller?.once('exit', resolve));
  controller.kill('SIGTERM');
  await ended;
});

async function untilReady(): Promise<void> {
  for (const end = performance.now() + 120_000; performance.now() < end; await sleep(50)) {
    if (controller?.exitCode !== null) throw new Error('the controller has ended');
    const answer = await fetch(`${address}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return;
  }
  throw new Error('the controller is not ready');
}

async function call(path: string, token: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const answer = await fetch(`${address}/v1/orgs/acme${path}`, { ...init, headers });
  return (await answer.json()) as Record<string, unknown>;
}

describe('The image of the controller', () => {
  it('installs what it imports, and tells what that weighs', () => {
    const lines = readFileSync(join(image, 'packages.txt'), 'utf8').trim().split('\n');
    const [, kilobytes = '0', count = '0'] = /^ *(\d+) kB {2}in (\d+) packages$/.exec(lines.at(-1) ?? '') ?? [];
    expect(lines).toHaveLength(Number(count) + 1);
    const megabytes = Number(kilobytes) / 1000;
    measure(run, { subject: 'controller image', what: 'MB of packages', value: Math.ceil(megabytes) });
    expect(megabytes).toBeLessThan(HEAVIEST);
    for (const name of ['cdk8s', 'constructs', 'vite', 'react', 'typescript']) expect(lines.join('\n')).not.toContain(` ${name} `);
  });

  it('has a bill of materials that names each of them', () => {
    const bill = JSON.parse(readFileSync(join(image, 'sbom.json'), 'utf8')) as { bomFormat: string; components: { purl: string }[] };
    expect(bill.bomFormat).toBe('CycloneDX');
    const named = new Set(bill.components.map(({ purl }) => decodeURIComponent(purl)));
    const weighed = readFileSync(join(image, 'packages.txt'), 'utf8').matchAll(/kB {2}(\S+) (\d\S*)$/gm);
    const missing = [...weighed].map(([, name, version]) => `pkg:npm/${name}@${version}`).filter((purl) => !named.has(purl));
    expect(missing).toEqual([]);
  });

  it('serves its page, and tells how it is', async () => {
    const page = await fetch(address);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const status = readFileSync(`/proc/${controller?.pid}/status`, 'utf8');
    const megabytes = Math.ceil(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
    measure(run, { subject: 'controller image', what: 'MB resident, embedded', value: megabytes });
    expect(megabytes).toBeLessThan(900);
  });

  it('hands a task to the worker, which an init container has copied into a pod of another image', async () => {
    const { acme: admin = '' } = JSON.parse(readFileSync(join(data, 'admin-tokens.json'), 'utf8')) as Record<string, string>;
    const { token } = await call('/tokens', admin, { agents: ['ada'], name: 'ada', role: 'worker' });
    writeFileSync(join(run.path, 'worker-token'), String(token));
    await call('/tasks', admin, { tasks: [{ agent: 'ada', title: 'say hello' }] });
    await terminal.run(`node '${join(image, 'worker', 'worker', 'main.js')}' install '${join(run.path, 'pod')}'`);
    const env = {
      AGENT_DISPATCHER_TOKEN_FILE: join(run.path, 'worker-token'),
      AGENT_DISPATCHER_URL: address,
      AGENT_NAME: 'ada',
      AGENT_NAMESPACE: 'acme',
      PATH: '/usr/bin:/bin',
    };
    const worker = join(run.path, 'pod', 'worker');
    const answer = await terminal.run(`'${worker}' run --once --health 0 --adapter shell -- sh -c 'echo "{\\"hello\\":true}"'`, { env });
    expect(answer.stderr).toContain('recorded');
    const { items } = (await call('/tasks', admin)) as { items: { state: string }[] };
    expect(items.map(({ state }) => state)).toEqual(['succeeded']);
  });
});
