import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeSources, findSources, type ModelSource, routeModel, withServedModel } from './models.ts';

const KEY = ['sk', 'test'].join('-');
const MODELS = [
  {
    org: 'acme',
    name: 'fast',
    deployments: [
      { provider: 'azure', model: 'gpt-5' },
      { provider: 'openai', model: 'gpt-5-nano' },
    ],
  },
  { org: 'acme', name: 'strong', deployments: [{ provider: 'anthropic', model: 'claude-opus-4-5' }] },
  { org: 'other', name: 'fast', deployments: [{ provider: 'anthropic', model: 'claude-haiku-4-5' }] },
];
const CHAT = '/v1/chat/completions';

function ask(sources: readonly ModelSource[], model: unknown, path = CHAT, agent = 'acme/coder') {
  const { url, headers, body } = routeModel(sources, MODELS, agent, { path, body: Buffer.from(JSON.stringify({ model, n: 1 })) });
  return { url: url.href, headers, body: JSON.parse(String(body)) as unknown };
}

describe('the models of this machine', () => {
  it.each([
    [{}, []],
    [{ ANTHROPIC_API_KEY: '' }, []],
    [
      { ANTHROPIC_API_KEY: KEY },
      [{ kind: 'anthropic', address: 'https://api.anthropic.com', key: KEY, model: 'claude-haiku-4-5', isForced: false }],
    ],
    [
      { OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1/' },
      [{ kind: 'openai', address: 'http://127.0.0.1:11434', key: undefined, model: 'gpt-5-mini', isForced: false }],
    ],
    [
      { OPENAI_API_KEY: KEY, OPENAI_MODEL: 'mine' },
      [{ kind: 'openai', address: 'https://api.openai.com', key: KEY, model: 'mine', isForced: true }],
    ],
  ])('are those that the variables %j name', (env, sources) => {
    expect(findSources(env)).toEqual(sources);
  });

  it('are asked for by the name that they have where they are served', () => {
    const sources = findSources({ ANTHROPIC_API_KEY: KEY, OPENAI_API_KEY: KEY });
    expect(ask(sources, 'fast')).toEqual({
      url: 'https://api.openai.com/v1/chat/completions',
      headers: { authorization: `Bearer ${KEY}` },
      body: { model: 'gpt-5-nano', n: 1 },
    });
    expect(ask(sources, 'strong')).toMatchObject({
      url: 'https://api.anthropic.com/v1/chat/completions',
      body: { model: 'claude-opus-4-5' },
    });
    // Another org's model of this name is another.
    expect(ask(sources, 'fast', CHAT, 'other/one').body).toMatchObject({ model: 'claude-haiku-4-5' });
    // Whoever knows the provider's own name may say it.
    expect(ask(sources, 'claude-sonnet-4-5').body).toMatchObject({ model: 'claude-sonnet-4-5' });
    expect(ask(sources, 'strong', '/v1/messages').headers).toEqual({ 'x-api-key': KEY });
  });

  it('are all served by the one there is', () => {
    expect(ask(findSources({ OPENAI_API_KEY: KEY }), 'strong').body).toMatchObject({ model: 'gpt-5-mini' });
    expect(ask(findSources({ OPENAI_API_KEY: KEY, OPENAI_MODEL: 'mine' }), 'fast').body).toMatchObject({ model: 'mine' });
    expect(ask(findSources({ OPENAI_BASE_URL: 'http://127.0.0.1:1', OPENAI_MODEL: 'mine' }), 'unknown')).toEqual({
      url: 'http://127.0.0.1:1/v1/chat/completions',
      headers: {},
      body: { model: 'mine', n: 1 },
    });
  });

  it('are the scripted one, unchanged, where there is no key', () => {
    const sources: ModelSource[] = [{ kind: 'scripted', address: 'http://127.0.0.1:2', key: undefined }];
    expect(ask(sources, 'fast')).toEqual({
      url: 'http://127.0.0.1:2/v1/chat/completions',
      headers: { 'x-fleetwright-agent': 'acme/coder' },
      body: { model: 'fast', n: 1 },
    });
    expect(describeSources(sources)).toBe('the scripted model, which plays transcripts: no answer is a real one');
  });

  it('say what to do where there is none', () => {
    expect(() => ask([], 'fast')).toThrow(
      'No model is served here; set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_BASE_URL, and start again',
    );
  });

  it('pass on what is no message of the protocol', () => {
    const body = Buffer.from('{');
    const { url, body: sent } = routeModel(findSources({ OPENAI_API_KEY: KEY }), MODELS, 'acme/coder', { path: CHAT, body });
    expect({ host: url.host, sent }).toEqual({ host: 'api.openai.com', sent: body });
  });

  it('are the first that a server of one’s own names', async () => {
    const server = createServer((_, response) => response.end(JSON.stringify({ data: [{ id: 'llama' }, { id: 'other' }] }))).listen(
      0,
      '127.0.0.1',
    );
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const [own] = findSources({ OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` });
    const found = await withServedModel(own ?? { kind: 'openai', address: '', key: undefined });
    expect(found).toMatchObject({ model: 'llama', isForced: true });
    expect(describeSources([found])).toBe(`${found.address} (llama)`);
    const away = { kind: 'openai', address: 'http://127.0.0.1:1', key: undefined, model: 'gpt-5-mini' } as const;
    expect(await withServedModel(away)).toBe(away);
  });
});
