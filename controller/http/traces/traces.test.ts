import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { tracePlace, traceParent } from '../../contract/wire/index.ts';
import { openApi, type TestApi } from '../testing/index.ts';
import { Traces } from './traces.ts';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly links: readonly { readonly spanId: string }[];
  readonly status: { readonly code?: number };
}

interface Sent {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[] }[];
}

const spans: SentSpan[] = [];
const collector = createServer((request, response) => void collect(request, response));

async function collect(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { resourceSpans } = (await json(request)) as Sent;
  spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
  response.end('{}');
}

let api: TestApi;
let traces: Traces;

beforeAll(async () => {
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const address = collector.address();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '20');
  traces = new Traces();
  api = await openApi({ traces });
}, 60_000);

afterEach(() => spans.splice(0));

afterAll(async () => {
  await api.close();
  await traces.close();
  vi.unstubAllEnvs();
  collector.close();
});

function attributesOf(span: SentSpan | undefined): Record<string, unknown> {
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}

async function spanOf(task: string, attempt?: number): Promise<SentSpan> {
  return vi.waitFor(() => {
    const found = spans.find(({ spanId }) => spanId === tracePlace(task, attempt).spanId);
    if (found === undefined) throw new Error(`no span yet, of ${spans.length}`);
    return found;
  });
}

test('a task is a trace, and an attempt a span below it', async () => {
  const task = await api.task({ title: 'A secret plan', input: 'secret', budget: 10 });
  const { fence } = await api.claim();
  const usage = [{ model: 'haiku', inputTokens: 10, outputTokens: 5, cost: 7 }];
  await api.call('worker', 'POST', '/completions', { completions: [{ fence, outcome: 'succeeded', result: 'secret', usage }] });
  const [root, attempt] = [await spanOf(task), await spanOf(task, 1)];
  expect([root.traceId, root.parentSpanId ?? '', attempt.traceId, attempt.parentSpanId]).toEqual([
    task.replaceAll('-', ''),
    '',
    root.traceId,
    root.spanId,
  ]);
  expect([root.name, attempt.name]).toEqual(['task coder', 'invoke_agent coder']);
  expect(attributesOf(attempt)).toEqual({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.id': 'acme/coder',
    'gen_ai.agent.name': 'coder',
    'gen_ai.request.model': 'haiku',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
    'fleetwright.org': 'acme',
    'fleetwright.task.id': task,
    'fleetwright.task.attempt': 1,
    'fleetwright.attempt.outcome': 'succeeded',
    'fleetwright.cost.usd': 0.000_007,
  });
  expect(attributesOf(root)).toMatchObject({ 'fleetwright.task.state': 'succeeded', 'fleetwright.cost.usd': 0.000_007 });
  expect(BigInt(attempt.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano));
  expect(BigInt(attempt.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(attempt.startTimeUnixNano));
  expect(JSON.stringify(spans)).not.toContain('secret');
});

test('what went wrong is seen', async () => {
  const task = await api.task({ budget: 10 });
  const { fence } = await api.claim();
  await api.call('worker', 'POST', '/completions', { completions: [{ fence, outcome: 'failed', reason: 'No' }] });
  const [root, attempt] = [await spanOf(task), await spanOf(task, 1)];
  expect([root.status.code, attempt.status.code]).toEqual([2, 2]);
  expect([attributesOf(root)['error.type'], attributesOf(attempt)['error.type']]).toEqual(['failed', 'failed']);
});

test('a sub-task has a trace of its own, which names the one above', async () => {
  const parent = await api.task({ budget: 10, subTasks: { count: 1, depth: 1 } });
  const above = await api.claim();
  const sub = await api.call('worker', 'POST', `/tasks/${parent}/tasks`, {
    fence: above.fence,
    tasks: [{ agent: 'coder', title: 'Below', budget: 1 }],
  });
  const { fence } = await api.claim();
  await api.call('worker', 'POST', '/completions', { completions: [{ fence, outcome: 'succeeded' }] });
  const root = await spanOf(fence.task);
  expect((sub.body as { tasks: { task: string }[] }).tasks[0]?.task).toBe(fence.task);
  expect(root.links.map(({ spanId }) => spanId)).toEqual([tracePlace(parent).spanId]);
});

test('a report that is sent again makes no second span', async () => {
  const task = await api.task({ budget: 10 });
  const { fence } = await api.claim();
  const completions = [{ fence, outcome: 'succeeded' }];
  await api.call('worker', 'POST', '/completions', { completions });
  await api.call('worker', 'POST', '/completions', { completions });
  await spanOf(task);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(spans.length).toBe(2);
});

test('programs are told the place of their attempt', () => {
  const { traceId, spanId } = tracePlace('5f0e2ab4-0000-4000-8000-000000000001', 2);
  expect(traceParent('5f0e2ab4-0000-4000-8000-000000000001', 2)).toBe(`00-${traceId}-${spanId}-01`);
  expect(traceParent('5f0e2ab4-0000-4000-8000-000000000001', 2)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});
