import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Duration, Memory, MemoryStore, ModelDeployment, Persona, ToolPlacement, usd, WorkerRuntime } from '../../constructs/index.ts';
import { aMemory, aModel, aPersona, aSecret, aTool, anAgent, anOrg } from '../../test/builders.ts';
import { only } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

function filesOf(org = anOrg(), props: Parameters<typeof anAgent>[2] = {}): Record<string, string> {
  return only(renderAgent(anAgent(org, 'greeter', props)), 'ConfigMap').data as Record<string, string>;
}

function configOf(org = anOrg(), props: Parameters<typeof anAgent>[2] = {}): unknown {
  return parse(filesOf(org, props)['config.yaml'] ?? '');
}

describe('config.yaml', () => {
  it('says of an agent without anything who it is, and nothing else', () => {
    expect(configOf()).toEqual({ agent: { name: 'greeter', namespace: 'acme' } });
    expect(Object.keys(filesOf())).toEqual(['config.yaml']);
  });

  it('holds the instructions', () => {
    expect(configOf(anOrg(), { instructions: 'Work.\n' })).toMatchObject({ instructions: 'Work.\n' });
    expect(filesOf(anOrg(), { instructions: 'Work.\n' }).instructions).toBe('Work.\n');
  });

  it('lists each model once, by preference, with its roles', () => {
    const org = anOrg();
    const openai = ModelDeployment.openai('gpt', { key: aSecret(org, 'openai-key') });
    const [smart, fast] = [aModel(org, 'smart'), aModel(org, 'fast', { deployments: [openai] })];
    const models = { primary: smart, reasoning: smart, summarization: fast, toolCalling: fast };
    const endpoint = 'http://gateway.acme.svc.cluster.local:8000';
    expect(configOf(org, { models, runtime: WorkerRuntime.goose() })).toMatchObject({
      models: {
        fast: { endpoint, model: 'fast', priority: 2, provider: 'openai', role: 'tool-calling', roles: ['tool-calling', 'summarization'] },
        smart: { endpoint, model: 'smart', priority: 1, provider: 'anthropic', role: 'primary', roles: ['primary', 'reasoning'] },
      },
    });
  });

  it('says what a model costs at most, and which tools of a server may be called', () => {
    const org = anOrg();
    const key = aSecret(org, 'key');
    const priced = (input: number, output: number) =>
      ModelDeployment.openai('gpt', { key, price: { inputPerMillion: usd(input), outputPerMillion: usd(output) } });
    const primary = aModel(org, 'smart', { deployments: [priced(1, 8), priced(2, 4), ModelDeployment.openai('free', { key })] });
    const tools = [aTool(org, 'web', { allow: ['search'] })];
    const config = configOf(org, { models: { primary }, runtime: WorkerRuntime.goose(), tools });
    expect(config).toHaveProperty('models.smart.price', { inputPerMillion: 2, outputPerMillion: 8 });
    expect(config).toHaveProperty('tools.web.allow', ['search']);
  });

  it('leaves the list of roles out where there is one', () => {
    const org = anOrg();
    const config = configOf(org, { models: { primary: aModel(org) }, runtime: WorkerRuntime.goose() });
    expect(config).toHaveProperty('models.smart.role', 'primary');
    expect(config).not.toHaveProperty('models.smart.roles');
  });

  it('describes the persona', () => {
    const org = anOrg();
    expect(configOf(org, { persona: aPersona(org) })).toMatchObject({
      personas: [
        {
          expertise: ['filing'],
          language: 'en',
          name: 'clerk',
          never: ['Guess.'],
          personality: 'A careful clerk.',
          rules: ['Cite sources.'],
          tone: 'dry',
        },
      ],
    });
  });

  it('names the tools with their endpoints', () => {
    const org = anOrg();
    const tools = [aTool(org, 'search'), aTool(org, 'files', { placement: ToolPlacement.sidecar() })];
    expect(configOf(org, { tools })).toMatchObject({
      tools: {
        files: { endpoint: 'http://127.0.0.1:9001/mcp', protocol: 'mcp' },
        search: { endpoint: 'http://search.acme.svc.cluster.local:8080/mcp', protocol: 'mcp' },
      },
    });
  });
});

describe('the persona as text', () => {
  it('says everything that the persona says', () => {
    const org = anOrg();
    expect(
      filesOf(org, { persona: aPersona(org, 'clerk', { expertise: ['filing', 'tea'], rules: ['Cite sources.', 'Be brief.'] }) }).persona,
    ).toBe(
      [
        'A careful clerk.',
        'Tone: dry',
        'Language of answers: en',
        'Expertise: filing, tea',
        'Always:',
        '- Cite sources.',
        '- Be brief.',
        'Never:',
        '- Guess.',
        '',
      ].join('\n'),
    );
  });

  it('says nothing of what the persona leaves open', () => {
    const org = anOrg();
    expect(filesOf(org, { persona: new Persona(org, 'short', { tone: 'dry' }) }).persona).toBe('Tone: dry\n');
  });
});

describe('memory.yaml', () => {
  it('points to a server by the file of its URL, and to keys of the agent alone', () => {
    const org = anOrg();
    expect(parse(filesOf(org, { memory: aMemory(org) })['memory.yaml'] ?? '')).toEqual({
      kind: 'redis',
      prefix: 'acme/greeter/',
      ttlSeconds: 2_592_000,
      urlFile: '/etc/secrets/notes-url/value',
    });
  });

  it('points to a bucket', () => {
    const org = anOrg();
    const store = MemoryStore.s3({ bucket: 'acme-notes', credentials: aSecret(org, 'aws', 'credentials'), endpoint: 's3.example.org' });
    const memory = new Memory(org, 'notes', { store, ttl: Duration.hours(1) });
    expect(parse(filesOf(org, { memory })['memory.yaml'] ?? '')).toEqual({
      bucket: 'acme-notes',
      credentialsFile: '/etc/secrets/aws/credentials',
      endpoint: 's3.example.org',
      kind: 's3',
      prefix: 'acme/greeter/',
      ttlSeconds: 3600,
    });
  });
});
