import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../controller/contract/wire/index.ts';
import { TestFleet, type TestWorker } from '../../controller/worker/testing/index.ts';
import { installAgents } from './install.ts';
import { ModelServer, USED } from './model-server.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Adapters, the programs that they start, and the variables by which these find the gateway. */
const PROGRAMS = [
  {
    adapter: 'claude-code',
    program: 'claude',
    variables: (url: string) => ({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: url, IS_SANDBOX: '1' }),
    resumes: true,
  },
  { adapter: 'codex', program: 'codex', variables: openai, resumes: true },
  {
    adapter: 'gemini-cli',
    program: 'gemini',
    variables: (url: string) => ({ GEMINI_API_KEY: 'k', GOOGLE_GEMINI_BASE_URL: url }),
    resumes: true,
  },
  { adapter: 'opencode', program: 'opencode', variables: openai, resumes: true },
  { adapter: 'droid', program: 'droid', variables: openai, resumes: false },
] as const;

function openai(url: string): Record<string, string> {
  return { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/v1` };
}

/** Nothing outside of this machine is asked: the way out leads nowhere. */
const NO_WAY_OUT = { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' };

const model = new ModelServer();
let fleet: TestFleet;
let programs: string;
let gateway: string;

beforeAll(async () => {
  programs = await installAgents(ROOT);
  gateway = await model.listen();
  fleet = await TestFleet.start(Object.fromEntries(PROGRAMS.map(({ adapter }) => [adapter, { attempts: 1, leaseSeconds: 30 }])));
});

beforeEach(() => {
  model.asked.length = 0;
  model.closed = false;
  model.words = '{"ok": true}';
});

afterAll(async () => {
  await fleet.stop();
  await model.close();
});

describe.each(PROGRAMS)('$adapter', ({ adapter, program, variables, resumes }) => {
  let worker: TestWorker;

  beforeAll(() => {
    worker = fleet.worker({
      agent: adapter,
      args: ['--adapter', adapter],
      program: [join(programs, program)],
      env: {
        ...NO_WAY_OUT,
        ...variables(gateway),
        AGENT_INSTRUCTIONS: 'Work carefully.',
        AGENT_PERSONA: 'Be dry.',
        HOME: fleet.path(adapter, 'home'),
        LLM_MODEL: 'fast,strong',
      },
    });
  });

  it('does a task, and says what it used', async () => {
    const task = await fleet.schedule(adapter, { title: 'Count the stars', input: { where: 'in the north' } });
    expect(await ended(task, worker)).toMatchObject({ state: 'succeeded', result: { ok: true } });
    const prompt = model.asked.join('\n');
    for (const text of ['Count the stars', 'in the north', 'Work carefully.', 'Be dry.', '"fast'])
      expect(prompt).toContain(text.replaceAll('"', ''));
    const { items } = await fleet.admin.get<{ items: { agent: string; model: string; inputTokens: number; outputTokens: number }[] }>(
      '/usage',
    );
    const used = items.find(({ agent }) => agent === adapter);
    expect(used).toMatchObject({ model: 'fast' });
    expect(used?.inputTokens).toBeGreaterThanOrEqual(USED.input);
    expect(used?.outputTokens).toBeGreaterThanOrEqual(USED.output);
  });

  it('is offered the tools of the controller', async () => {
    const before = await toolCalls();
    await ended(await fleet.schedule(adapter), worker);
    expect(await toolCalls()).toBeGreaterThan(before);
  });

  it('gives words as they are', async () => {
    model.words = 'There are many.';
    expect(await ended(await fleet.schedule(adapter), worker)).toMatchObject({ state: 'succeeded', result: 'There are many.' });
  });

  it('goes on with a session, if it can', async () => {
    const { session } = await ended(await fleet.schedule(adapter, { title: 'The first turn' }), worker);
    expect(session !== undefined).toBe(resumes);
    model.asked.length = 0;
    const again = await ended(await fleet.schedule(adapter, { title: 'The second turn', session: session ?? 'unknown' }), worker);
    expect(again.state).toBe('succeeded');
    expect(model.asked.join('\n').includes('The first turn')).toBe(resumes);
  });

  it('does not take a refusal of the gateway for a result', async () => {
    model.closed = true;
    const task = await ended(await fleet.schedule(adapter, { deadlineSeconds: 20 }), worker);
    expect(task.state).not.toBe('succeeded');
  });
});

async function ended(task: string, worker: TestWorker): Promise<Task> {
  const seen = await fleet.reach(task, 'succeeded', 'failed', 'dead', 'cancelled').catch(() => undefined);
  if (seen === undefined)
    throw new Error(
      `The task did not end: ${JSON.stringify(await fleet.see(task))}; ${worker.stderr}; ${JSON.stringify(await fleet.log(task))}`,
    );
  if (seen.state !== 'succeeded' && !model.closed)
    throw new Error(`${JSON.stringify(seen)}; ${JSON.stringify(await fleet.log(task)).slice(0, 3000)}`);
  return seen;
}

/** How often the endpoint of the controller's tools was called. */
async function toolCalls(): Promise<number> {
  const metrics = await (await fetch(`${fleet.url}/metrics`)).text();
  return Number(/request_duration_seconds_count\{operation="callTools",status="200"\} (\d+)/.exec(metrics)?.[1] ?? 0);
}
