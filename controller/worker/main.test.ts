import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/free-port.ts';
import { until } from './testing/index.ts';

const WORKER = join(import.meta.dirname, 'main.ts');

describe('the program', { timeout: 60_000 }, () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetwright-main-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}, program: readonly string[] = [process.execPath, WORKER]) {
    const [file = '', ...rest] = program;
    const child = spawn(file, [...rest, ...args], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(([[code], stdout, stderr]) => ({
      code: code as number | null,
      stdout,
      stderr,
    }));
    return { child, end };
  }

  const run = async (...call: Parameters<typeof start>) => start(...call).end;

  it.each([
    ['no verb', [], {}, { stderr: /^worker: Fleetwright's program/, code: 2 }],
    [
      'an unknown adapter',
      ['run', '--adapter', 'cobol', '--', 'true'],
      {},
      { stderr: /^error: There is no adapter 'cobol'; there are shell/, code: 1 },
    ],
    ['no program', ['run'], {}, { stderr: /^error: The adapter 'shell' needs the program to run, after '--'/, code: 1 }],
    [
      'a grace that is no number',
      ['run', '--grace', 'long', '--', 'true'],
      {},
      { stderr: /^error: --grace must be a whole number from 0 to 3600, got 'long'\n/, code: 1 },
    ],
    ['an unknown option', ['run', '--fast', '--', 'true'], {}, { stderr: /^error: Unknown option '--fast'/, code: 1 }],
    [
      'half a dispatcher',
      ['run', '--health', '0', '--', 'true'],
      { AGENT_DISPATCHER_URL: 'http://127.0.0.1:1' },
      { stderr: /^error: The variable AGENT_DISPATCHER_TOKEN_FILE is not set/, code: 1 },
    ],
    [
      'no such program',
      ['run', '--health', '0', '--', '/no/such'],
      {},
      { stderr: /^error: The program '\/no\/such' could not be started\n/, code: 1 },
    ],
    ['task outside of a task', ['task', 'log', 'x'], {}, { stderr: /^error: AGENT_TASK_SOCKET is not set/, code: 1 }],
    ['task with an unknown verb', ['task', 'sing'], {}, { stderr: /^error: There is no 'task sing'/, code: 1 }],
    [
      'task with what is no JSON',
      ['task', 'result', 'done'],
      {},
      { stderr: /^error: This is no JSON: "done"; a text needs quotes of its own: '"text"'\n/, code: 1 },
    ],
  ])('explains %s', async (_, args, env, end) => {
    const { code, stderr } = await run(args, env);
    expect(stderr).toMatch(end.stderr);
    expect(code).toBe(end.code);
  });

  it('runs a program that nobody gives tasks to, and ends as it does', async () => {
    expect(await run(['run', '--health', '0', '--', 'sh', '-c', 'echo out; exit 7'])).toEqual({ code: 7, stdout: 'out\n', stderr: '' });
    const { child, end } = start([
      'run',
      '--health',
      '0',
      '--',
      'sh',
      '-c',
      'trap "exit 5" TERM; trap "echo reads" HUP; echo ready; while :; do sleep 0.05; done',
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGHUP');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 5, stdout: 'ready\nreads\n' });
  });

  it('is alive at once, and ready when the tools are there', async () => {
    const port = await freePort();
    const at = `http://127.0.0.1:${port}`;
    const env = { MODEL_ENDPOINT: 'http://127.0.0.1:1' };
    const { child, end } = start(['run', '--health', String(port), '--', 'true'], env);
    await until(async () => (await run(['probe', `${at}/healthz`])).code === 0);
    expect((await run(['probe', `${at}/readyz`])).code).toBe(1);
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  it('puts first files where there are none', async () => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    mkdirSync(join(from, '..data', 'docs'), { recursive: true });
    writeFileSync(join(from, '..data', 'a.txt'), 'new');
    writeFileSync(join(from, '..data', 'docs', 'b.txt'), 'new');
    symlinkSync('..data/a.txt', join(from, 'a.txt'));
    symlinkSync('..data/docs', join(from, 'docs'));
    mkdirSync(to);
    writeFileSync(join(to, 'a.txt'), 'mine');
    expect(await run(['seed', from, to])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(to, 'a.txt'), 'utf8')).toBe('mine');
    expect(readFileSync(join(to, 'docs', 'b.txt'), 'utf8')).toBe('new');
    expect(existsSync(join(to, '..data'))).toBe(false);
  });

  it('installs itself for containers that have no Node.js', async () => {
    const bundle = await rolldown({ input: WORKER, platform: 'node', external: /^node:/ });
    await bundle.write({ dir: join(folder, 'bundle'), format: 'esm', entryFileNames: 'worker.js' });
    writeFileSync(join(folder, 'bundle', 'package.json'), '{"type":"module"}');
    const installed = join(folder, 'installed');
    expect(await run(['install', installed], {}, [process.execPath, join(folder, 'bundle', 'worker.js')])).toMatchObject({
      code: 0,
      stderr: '',
    });
    rmSync(join(folder, 'bundle'), { recursive: true });
    const program = [join(installed, 'worker')];
    const system = { PATH: '/usr/bin:/bin' };
    const alone = ['run', '--health', '0', '--', 'sh', '-c'];
    expect(await run(['task', 'sing'], system, program)).toMatchObject({ code: 1 });
    expect(await run([...alone, 'echo it runs; exit 7'], system, program)).toEqual({ code: 7, stdout: 'it runs\n', stderr: '' });
    const { child, end } = start([...alone, 'trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done'], system, program);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await end).code).toBe(5);
  });
});
