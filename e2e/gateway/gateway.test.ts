import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { currentSession } from '../session.ts';
import { anOrgWithModels } from './an-org.ts';
import { ForwardProxy } from './forward-proxy.ts';
import { Gateway } from './gateway.ts';
import { installGateway } from './install.ts';
import { Upstream, USAGE } from './upstream.ts';

const AGENTS = ['ada', 'bob', 'cy', 'di', 'busy', 'wordy', 'poor', 'twin', 'stream', 'rich', 'strict'];
const UPSTREAMS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm'] as const;

let gateway: Gateway;
let proxy: ForwardProxy;
const upstreams = {} as Record<(typeof UPSTREAMS)[number], Upstream>;
const keyOf = (agent: string) => `key-of-${agent}-`.padEnd(32, 'x');

beforeAll(async () => {
  const programs = await installGateway(process.cwd());
  proxy = await ForwardProxy.start();
  for (const name of UPSTREAMS) upstreams[name] = await Upstream.start();
  const proxyUrl = `http://gateway:password@127.0.0.1:${proxy.port}`;
  gateway = await Gateway.start({
    run: currentSession().run,
    programs,
    org: anOrgWithModels(),
    keys: Object.fromEntries(AGENTS.map((agent) => [agent, keyOf(agent)])),
    secrets: {
      LITELLM_MASTER_KEY: 'master-key'.padEnd(32, 'x'),
      ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, proxyUrl])),
      ...Object.fromEntries([...UPSTREAMS, 'far'].map((name) => [`MODEL_KEY_KEY_${name.toUpperCase()}`, `provider-key-${name}`])),
    },
    addresses: {
      ...Object.fromEntries(UPSTREAMS.map((name) => [`https://${name}.models.example`, upstreams[name].url])),
      'https://api.anthropic.com': upstreams.k.url,
    },
  });
}, 600_000);

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([proxy, ...Object.values(upstreams)].map(async (server) => server?.stop()));
});

beforeEach(() => Object.values(upstreams).forEach((upstream) => upstream.reset()));

describe('a key', () => {
  it('admits to the models of its agent and to what they may fall back to, and lists no others', async () => {
    const { body } = await gateway.send('ada', '/v1/models');
    expect((body['data'] as { id: string }[]).map(({ id }) => id).sort()).toEqual(['cheap', 'coder', 'last']);
    expect((await gateway.chat('ada', 'coder')).status).toBe(200);
    expect((await gateway.chat('ada', 'last')).status).toBe(200);
  });

  it.each(['flaky', 'coder,flaky', '*', 'openai/fake', 'no-such-model'])("does not admit to the model '%s'", async (model) => {
    expect((await gateway.chat('ada', model)).status).toBe(403);
  });

  it.each(['/v1/messages', '/v1/responses'])('does not admit to other models at %s', async (path) => {
    const body = { model: 'flaky', max_tokens: 10, messages: [{ role: 'user', content: 'x' }], input: 'x' };
    expect((await gateway.send('ada', path, body)).status).toBe(403);
  });

  it.each(['nobody', 'master-key'.padEnd(32, 'x'), ''])("is needed: '%s' is none", async (key) => {
    expect((await gateway.chat(key, 'last')).status).toBe(401);
  });

  it('counts as soon as it is changed, and the old one no longer', async () => {
    gateway.setKey('ada', 'another-key-of-ada'.padEnd(32, 'x'));
    expect((await gateway.chat('ada', 'last')).status).toBe(200);
    expect((await gateway.chat(keyOf('ada'), 'last')).status).toBe(401);
  });

  it.each(['/key/generate', '/v1/embeddings', '/openai/v1/chat/completions', '/anthropic/v1/messages', '/v1/files', '/config/update'])(
    'opens no door at %s',
    async (path) => {
      const { status, text } = await gateway.send('ada', path, { model: 'last', input: 'x', messages: [] });
      expect([status, text]).toEqual([403, expect.stringContaining(`agents may not call ${path}`)]);
      expect(upstreams.d.calls).toEqual([]);
    },
  );

  it.each(['/health', '/model/info', '/mcp', '/v1/batches'])('shows nothing at %s', async (path) => {
    const { status, text } = await gateway.send('ada', path);
    expect([status, text]).toEqual([403, expect.stringContaining(`agents may not call ${path}`)]);
  });
});

describe('a call', () => {
  it('goes to the provider with the key of the provider', async () => {
    await gateway.chat('ada', 'last', 'hello');
    expect(upstreams.d.calls).toMatchObject([
      { key: 'provider-key-d', path: '/v1/chat/completions', body: { model: 'fake', messages: [{ content: 'hello' }] } },
    ]);
  });

  it('is spread over deployments by weight', async () => {
    await Promise.all(Array.from({ length: 80 }, async () => gateway.chat('ada', 'coder')));
    expect(upstreams.a.calls.length + upstreams.b.calls.length).toBe(80);
    expect(upstreams.a.calls.length).toBeGreaterThan(45);
    expect(upstreams.b.calls.length).toBeGreaterThan(5);
  });

  it('tells what it cost by the price of the stack', async () => {
    const { headers } = await gateway.chat('ada', 'last');
    expect(Number(headers.get('x-litellm-response-cost'))).toBeCloseTo(USAGE.input * 3e-6 + USAGE.output * 15e-6, 9);
  });

  it.each([
    ['/v1/messages', { 'x-api-key': keyOf('cy') }, { max_tokens: 10, messages: [{ role: 'user', content: 'claude asks' }] }, 'k'],
    ['/v1/responses', {}, { input: 'codex asks' }, 'd'],
  ] as const)('may come in another protocol: %s', async (path, headers, body, name) => {
    const agent = name === 'k' ? 'cy' : 'strict';
    const answer = await gateway.send(agent, path, { model: name === 'k' ? 'claude' : 'last', ...body }, headers);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('answer 1');
    expect(upstreams[name].calls).toHaveLength(1);
  });

  it('may come in the protocol of Gemini', async () => {
    const body = { contents: [{ role: 'user', parts: [{ text: 'gemini asks' }] }] };
    const answer = await gateway.send('strict', '/v1beta/models/last:generateContent', body);
    expect(answer.status).toBe(200);
    expect(upstreams.d.calls).toHaveLength(1);
  });

  it('leaves the cluster through the proxy, which is told who asks', async () => {
    expect((await gateway.chat('bob', 'far')).status).toBeGreaterThanOrEqual(500);
    expect(proxy.asked[0]).toEqual({ host: 'far.models.example:443', credentials: 'gateway:password' });
  });
});

describe('a provider that fails', () => {
  it('is tried again as often as the model says', async () => {
    upstreams.e.answer = 500;
    expect((await gateway.chat('bob', 'flaky')).status).toBe(500);
    expect(upstreams.e.calls).toHaveLength(3);
  });

  it('is given up on when the model says so', async () => {
    upstreams.f.answer = 'hang';
    const begin = performance.now();
    expect((await gateway.chat('bob', 'slow')).status).toBe(408);
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(upstreams.f.calls).toHaveLength(1);
  });

  it('leaves its calls to another deployment', async () => {
    upstreams.a.answer = 500;
    const answers = await Promise.all(Array.from({ length: 10 }, async () => gateway.chat('ada', 'coder')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(upstreams.b.calls.length + upstreams.c.calls.length).toBe(10);
  });

  it('leaves its calls to the fallbacks, and theirs to their own', async () => {
    upstreams.a.answer = 500;
    upstreams.b.answer = 500;
    expect((await gateway.chat('ada', 'coder')).headers.get('x-litellm-model-id')).toBe('cheap-1');
    upstreams.c.answer = 500;
    expect((await gateway.chat('ada', 'coder')).headers.get('x-litellm-model-id')).toBe('last-1');
  });

  it('in the first region leaves its calls to the second', async () => {
    await gateway.chat('bob', 'regional');
    await gateway.chat('bob', 'regional');
    expect([upstreams.h.calls.length, upstreams.g.calls.length]).toEqual([2, 0]);
    upstreams.h.answer = 500;
    expect((await gateway.chat('bob', 'regional')).status).toBe(200);
    expect(upstreams.g.calls).toHaveLength(1);
  });
});

describe('the cache', () => {
  it('gives an agent its own answers again, for as long as the model says', async () => {
    const ask = async () => (await gateway.chat('cy', 'own-cache', 'what is cached?')).text;
    const first = await ask();
    await sleep(200);
    expect(await ask()).toBe(first);
    await sleep(2200);
    expect(await ask()).not.toBe(first);
  });

  it('gives no agent the answers of another, unless the model shares them', async () => {
    for (const model of ['own-cache', 'shared-cache']) {
      await gateway.chat('cy', model, 'who is asking?');
      await sleep(200);
      await gateway.chat('di', model, 'who is asking?');
    }
    expect(upstreams.i.calls).toHaveLength(2);
    expect(upstreams.j.calls).toHaveLength(1);
  });

  it('holds nothing of models without one', async () => {
    await gateway.chat('ada', 'last', 'the same');
    await sleep(200);
    await gateway.chat('ada', 'last', 'the same');
    expect(upstreams.d.calls).toHaveLength(2);
  });
});

describe('limits', () => {
  it('of an agent: calls in a minute', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, async () => gateway.chat('busy', 'last')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
  });

  it('of an agent: tokens in a minute', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await gateway.chat('wordy', 'last')).status);
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(429);
  });

  it('of a deployment: calls in a minute', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await gateway.chat('cy', 'limited')).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  it('of an agent: what it may spend in a day, on all models together', async () => {
    const spend = async (model: string) => {
      const { status } = await gateway.chat('poor', model);
      await sleep(500);
      return status;
    };
    expect([await spend('last'), await spend('coder'), await spend('last'), await spend('last'), await spend('coder')]).toEqual([
      200, 200, 200, 402, 402,
    ]);
  });

  it('of an agent: what it may spend, by all pods of the gateway together', async () => {
    expect((await gateway.chat('twin', 'last')).status).toBe(200);
    await sleep(500);
    const [, , key = ''] = await gateway.askRedis('KEYS acme:spent:agent/twin:86400:*');
    expect(Number((await gateway.askRedis(`GET ${key}`))[1])).toBeCloseTo(USAGE.input * 3e-6 + USAGE.output * 15e-6, 9);
    // As another pod would.
    await gateway.askRedis(`INCRBYFLOAT ${key} 1`);
    expect((await gateway.chat('twin', 'last')).status).toBe(402);
  });

  it('of an agent: what it may spend, streams included', async () => {
    const spend = async () => {
      const { status } = await gateway.chat('stream', 'last', undefined, { stream: true });
      await sleep(500);
      return status;
    };
    expect([await spend(), await spend(), await spend()]).toEqual([200, 200, 402]);
  });
});

describe('the guard', () => {
  it.each([
    ['an access key', 'use AKIAABCDEFGHIJKLMNOP please', 'secrets'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----', 'secrets'],
    ['a token of GitHub', `ghp_${'a'.repeat(36)}`, 'secrets'],
    ['a topic in any case', 'What is my Salary?', 'people'],
    ['a topic of two words', 'a job\n offer', 'people'],
    ['a pattern', 'see TICKET-1234', 'ticket'],
    ['too long a text', 'x'.repeat(300), 'longest-input'],
  ])('refuses %s', async (_what, text, name) => {
    const { status, text: answer } = await gateway.chat('strict', 'last', text);
    expect(status).toBe(400);
    expect(answer).toContain(`guardrail '${name}' refuses this text`);
    expect(upstreams.d.calls).toEqual([]);
  });

  it.each([
    ['/v1/messages', { max_tokens: 10, system: 'salary', messages: [{ role: 'user', content: 'x' }] }],
    ['/v1/messages', { max_tokens: 10, messages: [{ role: 'user', content: [{ type: 'text', text: 'my salary' }] }] }],
    ['/v1/responses', { input: 'salary' }],
    ['/v1/responses', { input: 'x', instructions: 'salary' }],
    ['/v1/chat/completions', { messages: [{ role: 'tool', tool_call_id: 'x', content: 'salary' }] }],
    ['/v1beta/models/last:generateContent', { contents: [{ role: 'user', parts: [{ text: 'salary' }] }] }],
    ['/v1beta/models/last:generateContent', { systemInstruction: { parts: [{ text: 'salary' }] }, contents: [] }],
  ])('looks at every text: %s %j', async (path, body) => {
    const answer = await gateway.send('strict', path, { model: 'last', ...body });
    expect(answer.text).toContain("guardrail 'people' refuses this text");
    expect(upstreams.d.calls).toEqual([]);
  });

  it('lets other words through, and other agents say these', async () => {
    expect((await gateway.chat('strict', 'last', 'celery and salaries')).status).toBe(200);
    expect((await gateway.chat('ada', 'last', 'salary')).status).toBe(200);
  });

  it.each([
    'api_key',
    'extra_headers',
    'fallbacks',
    'num_retries',
    'cache',
    'mock_response',
    'custom_llm_provider',
    'litellm_metadata',
    'guardrails',
    'organization',
    'aws_region_name',
  ])("refuses the field '%s'", async (field) => {
    const { status, text } = await gateway.chat('ada', 'last', 'x', { [field]: field === 'fallbacks' ? ['flaky'] : 'x' });
    expect([status, text]).toEqual([400, expect.stringContaining(`agents may not set '${field}'`)]);
    expect(upstreams.d.calls).toEqual([]);
  });

  it.each(['api_base', 'base_url', 'input_cost_per_token', 'user_config'])(
    "leaves the field '%s' to LiteLLM, which refuses it first",
    async (field) => {
      const { status, text } = await gateway.chat('ada', 'last', 'x', { [field]: 'x' });
      expect([status, text]).toEqual([401, expect.stringContaining(`${field} is not allowed in request body`)]);
      expect(upstreams.d.calls).toEqual([]);
    },
  );

  it.each([
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    { tools: [{ type: 'mcp', server_url: 'https://evil.example' }] },
    { tools: [{ google_search: {} }] },
    { mcp_servers: [{ type: 'url', url: 'https://evil.example' }] },
    { web_search_options: {} },
  ])('refuses tools that run at the provider: %j', async (fields) => {
    const { status } = await gateway.chat('ada', 'last', 'x', fields);
    expect(status).toBe(400);
    expect(upstreams.d.calls).toEqual([]);
  });

  it.each(['x-litellm-num-retries', 'x-litellm-api-key', 'x-litellm-tags'])("refuses the header '%s'", async (name) => {
    const body = { model: 'last', messages: [{ role: 'user', content: 'x' }] };
    expect((await gateway.send('ada', '/v1/chat/completions', body, { [name]: keyOf('busy') })).status).toBe(400);
    expect(upstreams.d.calls).toEqual([]);
  });

  it('lets through what clients send', async () => {
    const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } };
    const fields = {
      temperature: 0,
      max_tokens: 5,
      tools: [tool],
      tool_choice: 'auto',
      user: 'ada',
      metadata: { user_id: 'x' },
      response_format: { type: 'text' },
    };
    expect((await gateway.chat('ada', 'last', 'x', fields)).status).toBe(200);
  });
});

// Last, as nobody may spend anything after it.
describe('the budget of the org', () => {
  it('is for all its agents together', async () => {
    expect((await gateway.chat('rich', 'luxury')).status).toBe(200);
    await sleep(500);
    expect((await gateway.chat('ada', 'last')).status).toBe(402);
  });

  it('is remembered while Redis is away', async () => {
    await gateway.stopRedis();
    expect((await gateway.chat('ada', 'last')).status).toBe(402);
  });
});
