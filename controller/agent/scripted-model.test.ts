import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Player } from './scripted-model/play.ts';
import { readTranscripts, type Turn } from './scripted-model/transcript.ts';
import { fill } from './scripted-model/values.ts';
import { AgentBench } from './testing/agent-run.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'stacks', 'transcripts');
const PROGRAM = join(import.meta.dirname, 'scripted-model', 'main.ts');

describe('A transcript', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetwright-transcripts-'));
    mkdirSync(join(folder, 'acme'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function read(yaml: string): () => unknown {
    writeFileSync(join(folder, 'acme', 'coder.yaml'), yaml);
    return () => readTranscripts(folder);
  }

  it('is known by its org and agent', () => {
    expect(read('turns: [{ say: Hello. }]')()).toEqual(new Map([['acme/coder', { turns: [{ say: 'Hello.' }] }]]));
  });

  it.each([
    [
      'turns:\n  - say: Hello.\n  - says: Hello.\n',
      "coder.yaml:3 is no transcript: '/turns/1/says' is no field of a transcript; see docs/guides/scripted-model.md",
    ],
    ['turns:\n  - calls:\n      - { with: {} }\n', "coder.yaml:3 is no transcript: '/turns/0/calls/0' must have required properties tool"],
    ['turns: []\n', "coder.yaml:1 is no transcript: '/turns' must not have fewer than 1 items"],
    ['turns: [{ fault: slow }]\n', "coder.yaml:1 is no transcript: '/turns/0/fault' must be equal to one of the allowed values"],
    ['turns:\n  - say: [\n', 'coder.yaml:3 is no YAML: '],
    ['a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n', 'coder.yaml:1 is no transcript: '],
    ['', 'coder.yaml:1 is no transcript: '],
  ])('that is wrong is refused: %j', (yaml, message) => {
    expect(read(yaml)).toThrow(`${join(folder, 'acme')}/${message}`);
  });

  it('of the example is right, one for each agent that thinks', () => {
    expect([...readTranscripts(EXAMPLE).keys()].sort()).toEqual([
      ...['analyst', 'architect', 'developer', 'integrator', 'reviewer', 'tester'].map((agent) => `factory/${agent}`),
      'hello/digest',
    ]);
    expect(readdirSync(EXAMPLE).sort()).toEqual(['factory', 'hello']);
  });
});

describe('A template', () => {
  const values = { title: 'A {{secret}} idea', secret: 'x', input: { parts: [{ name: 'a' }], n: 7 }, last: null };

  it.each<[unknown, unknown]>([
    ['For {{ title }}: {{input.parts.0.name}}', 'For A {{secret}} idea: a'],
    ['{{input.parts}}', [{ name: 'a' }]],
    ['{{input.n}}', 7],
    ['n={{input.n}} {{input.parts}}', 'n=7 [{"name":"a"}]'],
    ['{{none}}', null],
    ['[{{none.at.all}}]', '[]'],
    ['{{constructor.name}}{{__proto__}}{{title.length}}', ''],
    ['{{ 6 * 7 }}', '{{ 6 * 7 }}'],
    [
      { a: ['{{input.n}}'], b: true },
      { a: [7], b: true },
    ],
  ])('puts in data, and computes nothing: %j', (template, filled) => {
    expect(fill(template, values)).toEqual(filled);
  });
});

describe('A scripted model', () => {
  const system = (who: string) => ({ role: 'system', content: `You are the agent '${who}' of the org 'acme'.` }) as const;
  const user = (event: object) => ({ role: 'user', content: `Your task:\n\n\`\`\`json\n${JSON.stringify(event)}\n\`\`\`` }) as const;

  function play(turns: readonly Turn[], event: object, who = 'coder'): string {
    return new Player(new Map([['acme/coder', { turns: [...turns] }]])).play([system(who), user(event)]).answer.text;
  }

  it('chooses the first turn that fits', () => {
    const turns: Turn[] = [
      { when: { has: { 'input.kind': 'repair' }, lacks: { title: 'urgent' } }, say: 'Later.' },
      { when: { has: { 'needs.plan.result.ok': 'true' } }, say: 'As planned.' },
      { say: 'Well.' },
    ];
    expect(play(turns, { title: 'x', input: { kind: 'repair' } })).toBe('Later.');
    expect(play(turns, { title: 'urgent', input: { kind: 'repair' } })).toBe('Well.');
    expect(play(turns, { title: 'x', needs: [{ task: 'a', as: 'plan', result: { ok: true } }] })).toBe('As planned.');
  });

  it('says that it knows nothing where it does', () => {
    expect(play([{ say: 'x' }], {}, 'other')).toContain(
      "scripted model: no transcript for agent 'acme/other'; with a model that thinks, it would answer",
    );
    expect(play([{ when: { has: { title: 'x' } }, say: 'x' }], {})).toContain(
      "scripted model: the transcript of agent 'acme/coder' has nothing that fits here",
    );
  });

  it('gives the same conversation the same answer', () => {
    const player = new Player(new Map([['acme/coder', { turns: [{ calls: [{ tool: 'a' }] }, { say: 'Done.' }] }]]));
    const first = player.play([system('coder'), user({})]);
    expect(player.play([system('coder'), user({})])).toEqual(first);
    const { calls } = first.answer;
    const next = [
      system('coder'),
      user({}),
      { role: 'assistant', content: '', tool_calls: calls },
      { role: 'tool', content: 'x', tool_call_id: calls[0]?.id ?? '' },
    ] as const;
    expect(player.play(next).answer.text).toBe('Done.');
  });

  it('marks all that it answers, and serves nothing else', async () => {
    const bench = new AgentBench();
    try {
      const address = await bench.script([{ say: 'Hello.' }]);
      const ask = async (path: string, init?: RequestInit) => fetch(`${address}${path}`, init);
      const chat = { method: 'POST', body: JSON.stringify({ model: 'gpt', messages: [system('coder')] }) };
      const answer = await ask('/v1/chat/completions', chat);
      expect(answer.headers.get('x-fleetwright-scripted')).toBe('true');
      expect(await answer.json()).toMatchObject({
        model: 'scripted',
        choices: [{ message: { content: 'Hello.' } }],
        usage: { prompt_tokens: 19 },
      });
      expect(await (await ask('/v1/models')).json()).toMatchObject({ data: [{ id: 'scripted' }] });
      const bad = [
        ask('/v1/chat/completions', { method: 'POST', body: '{' }),
        ask('/v1/chat/completions', { method: 'POST', body: '{"messages":[]}' }),
        ask('/v1/embeddings'),
      ];
      expect((await Promise.all(bad)).map(({ status }) => status)).toEqual([400, 400, 404]);
    } finally {
      bench.close();
    }
  });

  it('tells its address, and ends when it is told to', async () => {
    const child = spawn(process.execPath, [PROGRAM, '--transcripts', EXAMPLE], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const { address } = JSON.parse(line) as { address: string };
    expect((await fetch(`${address}/v1/models`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('plays nothing where there is nothing', () => {
    expect(readTranscripts('/no/such')).toEqual(new Map());
  });

  it.each([
    [[], /^error: --transcripts must name a folder/],
    [['--transcripts', PROGRAM], /^error: ENOTDIR/],
    [['--transcripts', EXAMPLE, '--port', 'x'], /^error: --port must be a whole number from 0 to 65535, got 'x'/],
  ])('says what is wrong with %j', async (args, message) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([said, code]).toEqual([expect.stringMatching(message), 1]);
  });
});
