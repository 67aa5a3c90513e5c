import { describe, expect, it } from 'vitest';
import {
  Budget,
  EgressPolicy,
  McpServer,
  ModelDeployment,
  Run,
  Size,
  ToolPlacement,
  WorkerRuntime,
  Workspace,
  usd,
} from '../../constructs/index.ts';
import { aBroker, aModel, aPersona, aSecret, aTool, anAgent, anEnvironment, anIntent, anOrg } from '../../test/builders.ts';
import { containerOf, literalEnv, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

type Props = Parameters<typeof anAgent>[2];

function envOf(org = anOrg(), props: Props = {}, id = 'greeter') {
  return containerOf(podOf(renderAgent(anAgent(org, id, props))), 'agent').env ?? [];
}

function literals(org = anOrg(), props: Props = {}, id = 'greeter') {
  return literalEnv(containerOf(podOf(renderAgent(anAgent(org, id, props))), 'agent'));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;

describe('the environment of an agent', () => {
  it('says who the agent is', () => {
    expect(literals()).toEqual({
      AGENT_CLUSTER_NAME: 'acme',
      AGENT_CLUSTER_UUID: expect.stringMatching(UUID),
      AGENT_EXECUTION_MODE: 'service',
      AGENT_NAME: 'greeter',
      AGENT_NAMESPACE: 'acme',
      AGENT_UUID: expect.stringMatching(UUID),
      HOME: '/home/agent',
    });
  });

  it('names the repository that it works on, and the programs that it may run', () => {
    const org = anOrg();
    const props = {
      runtime: WorkerRuntime.reference({ commands: ['git', 'node'] }),
      models: { primary: aModel(org) },
      workspace: Workspace.scratch(Size.gibibytes(1)),
      repository: 'https://git.example.org/shop/app.git',
    };
    expect(literals(org, { ...props, egress: [anIntent('git.example.org')] })).toMatchObject({
      AGENT_COMMANDS: 'git,node',
      AGENT_REPO_URL: 'https://git.example.org/shop/app.git',
    });
    // Through the broker of its host, which keeps the secret.
    const brokered = [aBroker(org, 'git', { host: 'git.example.org' })];
    expect(literals(org, { ...props, brokered }, 'other').AGENT_REPO_URL).toBe('http://git.acme.svc.cluster.local:8080/shop/app.git');
  });

  it('gives an agent one id for ever, and no other agent the same', () => {
    const idOf = (environment: string, org: string, id: string) =>
      literals(anOrg({ environment: anEnvironment({ name: environment }), id: org }), {}, id).AGENT_UUID;
    expect(idOf('test', 'acme', 'greeter')).toBe('e2f092f9-d1b2-8ad7-aeb4-f5b5fa9f6a6b');
    expect(
      new Set([
        idOf('test', 'acme', 'greeter'),
        idOf('prod', 'acme', 'greeter'),
        idOf('test', 'ace', 'greeter'),
        idOf('test', 'acme', 'cook'),
      ]).size,
    ).toBe(4);
  });

  it.each([
    [Run.service(), 'service', undefined],
    [Run.sandbox(), 'service', undefined],
    [Run.pool({ max: 1 }), 'task', undefined],
    [Run.schedule('0 0 * * *'), 'task', 'schedule'],
  ])('says how it runs: $mode.kind', (run, mode, trigger) => {
    expect(literals(anOrg(), { run })).toMatchObject({ AGENT_EXECUTION_MODE: mode });
    expect(literals(anOrg(), { run }).AGENT_TRIGGER).toBe(trigger);
  });

  it("takes a job's event and trigger from the annotations of its pod", () => {
    expect(envOf(anOrg(), { run: Run.job() })).toEqual(
      expect.arrayContaining([
        { name: 'AGENT_EVENT', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['fleetwright.dev/event']" } } },
        { name: 'AGENT_TRIGGER', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['fleetwright.dev/trigger']" } } },
      ]),
    );
  });

  it.each([Run.pool({ max: 1 }), Run.job()])('tells a $mode.kind where tasks come from', (run) => {
    expect(literals(anOrg(), { run })).toMatchObject({
      AGENT_DISPATCHER_TOKEN_FILE: '/var/run/secrets/fleetwright/token',
      AGENT_DISPATCHER_URL: 'http://dispatcher.fleetwright.svc.cluster.local:8080',
    });
  });

  it('takes texts from the ConfigMap', () => {
    const org = anOrg();
    expect(envOf(org, { instructions: 'Work.', persona: aPersona(org) })).toEqual(
      expect.arrayContaining([
        { name: 'AGENT_INSTRUCTIONS', valueFrom: { configMapKeyRef: { key: 'instructions', name: 'greeter' } } },
        { name: 'AGENT_PERSONA', valueFrom: { configMapKeyRef: { key: 'persona', name: 'greeter' } } },
      ]),
    );
  });

  it('says what one task may cost', () => {
    const org = anOrg();
    const props = { models: { primary: aModel(org) }, runtime: WorkerRuntime.goose() };
    expect(literals(org, { ...props, budget: Budget.perTask(usd(0.5)) }, 'one').AGENT_TASK_BUDGET_USD).toBe('0.5');
    expect(literals(org, { ...props, budget: Budget.perDay(usd(5)) }, 'two').AGENT_TASK_BUDGET_USD).toBeUndefined();
  });

  it('names the models, each once, and the gateway, with the key of the agent', () => {
    const org = anOrg();
    const [smart, fast] = [aModel(org, 'smart'), aModel(org, 'fast')];
    const props = { models: { primary: smart, reasoning: smart, summarization: fast }, runtime: WorkerRuntime.claudeCode() };
    expect(literals(org, props)).toMatchObject({ LLM_MODEL: 'smart,fast', MODEL_ENDPOINT: 'http://gateway.acme.svc.cluster.local:8000' });
    expect(envOf(org, props, 'other')).toContainEqual({
      name: 'MODEL_API_KEY',
      valueFrom: { secretKeyRef: { key: 'gateway-key', name: 'other-credentials' } },
    });
  });

  it.each([
    [WorkerRuntime.claudeCode(), 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'http://gateway.acme.svc.cluster.local:8000'],
    [WorkerRuntime.geminiCli(), 'GEMINI_API_KEY', 'GOOGLE_GEMINI_BASE_URL', 'http://gateway.acme.svc.cluster.local:8000'],
    [WorkerRuntime.codex(), 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'http://gateway.acme.svc.cluster.local:8000/v1'],
  ])('speaks the dialect of $adapter', (runtime, key, url, value) => {
    const org = anOrg();
    const env = envOf(org, { models: { primary: aModel(org) }, runtime });
    expect(env).toContainEqual({ name: key, valueFrom: { secretKeyRef: { key: 'gateway-key', name: 'greeter-credentials' } } });
    expect(env).toContainEqual({ name: url, value });
  });

  it('lists the tools where they are: in the org, beside the agent, behind a guard', () => {
    const org = anOrg();
    const sidecar = ToolPlacement.sidecar();
    const tools = [
      aTool(org, 'search'),
      aTool(org, 'own-path', { server: McpServer.http('mcp-http', { path: '/rpc' }) }),
      aTool(org, 'guarded', { allow: ['get'], server: McpServer.http('mcp-http', { path: '/rpc' }) }),
      aTool(org, 'files', { allow: ['read'], placement: sidecar, server: McpServer.stdio('mcp-files') }),
      aTool(org, 'near', { placement: sidecar, server: McpServer.http('mcp-http', { path: '/near' }) }),
      aTool(org, 'far', { server: McpServer.remote('https://mcp.example.org/v2/mcp') }),
    ];
    expect(literals(org, { tools }).MCP_SERVERS?.split(',')).toEqual([
      'http://search.acme.svc.cluster.local:8080/mcp',
      'http://own-path.acme.svc.cluster.local:8080/rpc',
      'http://guarded.acme.svc.cluster.local:8080/mcp',
      'http://127.0.0.1:9001/mcp',
      'http://127.0.0.1:9002/near',
      'http://far.acme.svc.cluster.local:8080/mcp',
    ]);
  });

  it('shows the broker of a secret, not the secret', () => {
    const org = anOrg();
    expect(literals(org, { brokered: [aBroker(org, 'git-hub')] }).GIT_HUB_URL).toBe('http://git-hub.acme.svc.cluster.local:8080');
  });

  it('has the way out through the proxy where there is one', () => {
    const org = anOrg();
    const viaPolicy = { egress: [new EgressPolicy(org, 'docs', { allow: [anIntent()] })] };
    expect(envOf(org, viaPolicy)).toContainEqual({
      name: 'HTTPS_PROXY',
      valueFrom: { secretKeyRef: { key: 'egress-url', name: 'greeter-credentials' } },
    });
    const cilium = anOrg({ environment: anEnvironment({ cluster: { egress: { backend: 'cilium' } } }) });
    expect(envOf(cilium, { egress: [anIntent()] }).map(({ name }) => name)).not.toContain('HTTPS_PROXY');
  });

  it("has the runtime's variables, and the agent's own on top", () => {
    const org = anOrg();
    const runtime = WorkerRuntime.codex({ env: { COLOR: 'red', SIZE: 'big' } });
    const primary = aModel(org, 'smart', { deployments: [ModelDeployment.openai('gpt', { key: aSecret(org, 'key') })] });
    expect(literals(org, { env: { COLOR: 'blue' }, models: { primary }, runtime })).toMatchObject({
      COLOR: 'blue',
      MODEL_ENDPOINT: 'http://gateway.acme.svc.cluster.local:8000',
      SIZE: 'big',
    });
  });
});
