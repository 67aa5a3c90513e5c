import { describe, expect, it } from 'vitest';
import { aBroker, aModel, anAgent, anIntent, anOrg, aSecret, aTool } from '../test/builders.ts';
import {
  EgressPolicy,
  Egress,
  Memory,
  Model,
  ModelCache,
  ModelDeployment,
  Org,
  Persona,
  BrokeredSecret,
  Duration,
  MemoryStore,
  Run,
  Secret,
  Size,
  Tool,
  ToolPlacement,
  McpServer,
  WorkerRuntime,
  Workspace,
} from './index.ts';

/** What a stack may hold when it runs, as nothing looks at its types then. */
const untyped = (value: unknown) => value as never;
const reason = 'the task needs it';
const size = Size.gibibytes(1);

describe('A word that is not one of the choices', () => {
  it('is refused with the choices and the one that was probably meant', () => {
    expect(() => Egress.host('example.com', { reason, depth: untyped('Exact') })).toThrow(
      "Egress to 'example.com': 'depth' must be one of 'exact', 'one', 'any', got 'Exact'; did you mean 'exact'? [FW_INVALID_VALUE]",
    );
  });

  it.each([
    ['methods', () => Egress.plainHttp('example.com', { reason, methods: [untyped('GET\nhttp_access allow all')] })],
    ['isolation', () => WorkerRuntime.codex({ isolation: untyped('constructor') })],
    ['whileRunning', () => Run.schedule('* * * * *', { whileRunning: untyped('forbid') })],
    ['suspended', () => Run.schedule('* * * * *', { suspended: untyped('yes') })],
    ['traits', () => aTool(anOrg(), 't', { traits: [untyped('private-data,\nnone')] })],
    ['workspace', () => ToolPlacement.sidecar({ workspace: untyped('no') })],
    ['shared', () => ModelCache.redis({ ttl: Duration.hours(1), shared: untyped('false') })],
    ['shared', () => Workspace.volume({ size, shared: untyped(1) })],
    ['confirmDelete', () => Workspace.volume({ size, confirmDelete: untyped(null) })],
  ])('is refused as %s', (prop, build) => expect(build).toThrow(`'${prop}' must be one of `));
});

describe('A value of another kind', () => {
  it('is refused in every prop of an agent, with its type only', () => {
    const props = {
      runtime: untyped({}),
      run: untyped(undefined),
      tools: [untyped(undefined)],
      egress: [untyped(Object.fromEntries(Object.entries(anIntent())))],
      secrets: untyped('all'),
      persona: untyped('dry'),
      models: untyped({ reasoning: null }),
      instructions: untyped(5),
      env: { LEVEL: untyped(5), NONE: untyped(undefined) },
    };
    expect(() => anAgent(anOrg(), 'a', props)).toThrow(
      [
        'test/acme/a cannot be built:',
        "'runtime' must be a WorkerRuntime, got 'Object'",
        "'run' must be a Run, got 'undefined'",
        "'tools[0]' must be a Tool, got 'undefined'",
        "'egress[0]' must be an Egress or an EgressPolicy, got 'Object'",
        "'secrets' must be a list, each item a Secret, got 'string'",
        "'persona' must be a Persona, got 'string'",
        "'models.primary' must be a Model, got 'undefined'",
        "'models.reasoning' must be a Model, got 'null'",
        "'instructions' must be a text, got 'number'",
        "'env.LEVEL' must be a text, got 'number'",
        "'env.NONE' must be a text, got 'undefined' [FW_INVALID_PROPS]",
      ].join('\n  - '),
    );
  });

  it('never tells a value, which may be secret, and bears one without a prototype', () => {
    expect(() => aTool(anOrg(), 't', { secrets: [untyped(Object.create(null))] })).toThrow("'secrets[0]' must be a Secret, got 'object'");
  });

  const org = anOrg();
  const forged = untyped({ name: 'x', org });
  it.each([
    ['server', () => new Tool(org, 't1', { server: forged })],
    ['placement', () => aTool(org, 't2', { placement: forged })],
    ['egress[0]', () => aTool(org, 't3', { egress: [forged] })],
    ['env.A', () => aTool(org, 't4', { env: { A: forged } })],
    ['allow[0]', () => new EgressPolicy(org, 'p', { allow: [forged] })],
    ['deployments[0]', () => aModel(org, 'm1', { deployments: [forged] })],
    ['fallbacks[0]', () => aModel(org, 'm2', { fallbacks: [forged] })],
    ['guardrails[0]', () => new Org(org.fleet, 'o', { gateway: { guardrails: [forged] } })],
    ['extends[0]', () => new Persona(org, 'v', { extends: [forged] })],
    ['secret', () => aBroker(org, 'b', { secret: forged })],
    ['key', () => ModelDeployment.openai('gpt', { key: forged })],
    ['store', () => new Memory(org, 'n', { store: forged })],
    ['url', () => MemoryStore.redis({ pods: { namespace: 'data', labels: { app: 'redis' } }, port: 6379, url: forged })],
    ['replicas', () => Run.service({ replicas: forged })],
    ['expose', () => Run.service({ expose: forged })],
    ['replicas', () => ToolPlacement.service({ replicas: forged })],
    ['editor', () => WorkerRuntime.codex({ editor: forged })],
    ['env.A', () => WorkerRuntime.codex({ env: { A: forged } })],
    ['initialFiles.a', () => Workspace.volume({ size, initialFiles: { a: forged } })],
  ])('is refused as %s', (prop, build) =>
    expect(build).toThrow(new RegExp(String.raw`'${prop.replaceAll(/[[\].]/g, String.raw`\$&`)}' must be a`)),
  );

  it('may be a subclass', () => {
    class Careful extends Model {}
    const primary = new Careful(org, 'careful', { deployments: [ModelDeployment.openai('gpt', { key: aSecret(org) })] });
    expect(anAgent(org, 'ada', { models: { primary }, runtime: WorkerRuntime.reference() }).models?.primary).toBe(primary);
  });
});

describe('The line that made a part', () => {
  const here = /^constructs\/untyped\.test\.ts:\d+:\d+$/;
  it.each(['sops', 'external', 'reference'] as const)('is the one that called Secret.%s', (factory) => {
    expect(Secret[factory](anOrg(), 's', 'key').source).toMatch(here);
  });
  it('is the one that called new', () => {
    const org = anOrg();
    const broker = new BrokeredSecret(org, 'b', { secret: aSecret(org), host: 'api.example.com' });
    expect(broker.source).toMatch(here);
    expect(new Tool(org, 't', { server: McpServer.http('mcp-http') }).source).toMatch(here);
  });
});
