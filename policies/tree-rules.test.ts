import { describe, expect, it } from 'vitest';
import {
  Agent,
  Budget,
  BrokeredSecret,
  Duration,
  Editor,
  Egress,
  EgressPolicy,
  Exposure,
  Memory,
  MemoryStore,
  McpServer,
  ModelCache,
  ModelDeployment,
  Org,
  Persona,
  Run,
  Size,
  Tool,
  Trigger,
  usd,
  WorkerRuntime,
  Workspace,
} from '../constructs/index.ts';
import { aBroker, aFleet, aMemory, aModel, anAgent, anEgressPolicy, anIntent, aPersona, aSecret, aTool } from '../test/builders.ts';
import { judgeTree } from './index.ts';
import { fixesOf, judgeOrg, saysOf } from './testing.ts';

describe('cross-org-reference', () => {
  it('sees every way in which a part names another', () => {
    const fleet = aFleet();
    const [own, foreign] = [new Org(fleet, 'acme'), new Org(fleet, 'other')];
    const token = aSecret(foreign);
    const model = aModel(foreign);
    const policy = anEgressPolicy(foreign);
    new Agent(own, 'agent', {
      brokered: [aBroker(foreign)],
      egress: [policy],
      memory: aMemory(foreign),
      models: { primary: model, reasoning: model, summarization: model, toolCalling: model },
      persona: aPersona(foreign),
      run: Run.service(),
      runtime: WorkerRuntime.reference(),
      secrets: [token],
      tools: [aTool(foreign)],
    });
    new BrokeredSecret(own, 'broker', { host: 'api.example.org', secret: token });
    new Memory(own, 'memory', { store: MemoryStore.s3({ bucket: 'notes', credentials: token, endpoint: 's3.example.org' }) });
    aModel(own, 'model', { deployments: [ModelDeployment.openai('gpt-5', { key: token })], fallbacks: [model] });
    new Persona(own, 'persona', { extends: [aPersona(foreign, 'parent')] });
    new Tool(own, 'remote', { server: McpServer.remote('https://mcp.example.org/mcp', { headers: [{ name: 'X-Key', value: token }] }) });
    aTool(own, 'tool', { egress: [policy], secrets: [token] });
    // Whom a pipeline or a trigger sets to work is refused at once when it stands in another org.
    const ada = anAgent(own, 'ada', { run: Run.job() });
    Trigger.github(own, 'trigger', { secret: token, start: ada, title: 'Issue' });
    const found = judgeTree(fleet).filter(({ rule }) => rule === 'cross-org-reference');
    expect(found.map(({ path, field }) => `${path} ${field}`)).toEqual([
      'test/acme/agent brokered',
      'test/acme/agent egress',
      'test/acme/agent memory',
      'test/acme/agent models.primary',
      'test/acme/agent models.reasoning',
      'test/acme/agent models.summarization',
      'test/acme/agent models.toolCalling',
      'test/acme/agent persona',
      'test/acme/agent secrets',
      'test/acme/agent tools',
      'test/acme/broker secret',
      'test/acme/memory store',
      'test/acme/model deployments',
      'test/acme/model fallbacks',
      'test/acme/persona extends',
      'test/acme/remote server.headers',
      'test/acme/tool egress',
      'test/acme/tool secrets',
      'test/acme/trigger secret',
    ]);
    expect(found[0]?.fix).toBe("create 'github' in org 'acme' as well, or move what uses it");
  });
});

describe('unused-part', () => {
  it('misses a use of every kind of part', () => {
    const findings = judgeOrg((org) => {
      aBroker(org, 'broker');
      anEgressPolicy(org, 'policy');
      aMemory(org, 'memory');
      aModel(org, 'model');
      aPersona(org, 'persona');
      aSecret(org, 'secret');
      aTool(org, 'tool');
    });
    expect(saysOf('unused-part', findings)).toEqual(
      ['brokered secret', 'memory', 'model', 'persona', 'egress policy', 'secret', 'tool'].map(
        (name) => `must be used: nothing names this ${name}`,
      ),
    );
  });
});

describe('image-locked', () => {
  const judge = (build: (org: Org) => void) =>
    judgeOrg(build, undefined, { images: { litelm: 'x' } }).filter(({ rule }) => rule === 'image-locked');

  it('knows which images a fleet needs', () => {
    const findings = judge((org) => {
      const runtime = WorkerRuntime.claudeCode({ editor: Editor.codeServer() });
      const models = { primary: aModel(org, 'model', { cache: ModelCache.redis({ ttl: Duration.minutes(1) }) }) };
      const tools = [
        aTool(org, 'http'),
        aTool(org, 'guarded', { allow: ['a'] }),
        aTool(org, 'stdio', { server: McpServer.stdio('mcp-stdio') }),
      ];
      const run = Run.service({ expose: Exposure.signedIn() });
      anAgent(org, 'agent', {
        brokered: [aBroker(org, 'broker')],
        models,
        run,
        runtime,
        tools,
        workspace: Workspace.scratch(Size.gibibytes(1)),
      });
      new Tool(org, 'remote', { server: McpServer.remote('https://mcp.example.org/mcp') });
    });
    expect(findings.map(({ path, value }) => `${path} ${value}`)).toEqual([
      "test/acme 'squid'",
      "test/acme 'litellm'",
      "test/acme/agent 'worker'",
      "test/acme/agent 'oauth2-proxy'",
      "test/acme/agent 'code-server'",
      "test/acme/agent 'claude-code'",
      "test/acme/broker 'worker'",
      "test/acme/guarded 'worker'",
      "test/acme/guarded 'mcp-http'",
      "test/acme/http 'mcp-http'",
      "test/acme/model 'redis'",
      "test/acme/remote 'worker'",
      "test/acme/stdio 'worker'",
      "test/acme/stdio 'mcp-stdio'",
    ]);
  });

  it('guesses which image is meant', () => {
    const [, gateway] = judge((org) => aModel(org));
    expect(gateway?.fix).toBe("add 'litellm' under 'images' in environments/test.yaml, by digest; did you mean 'litelm'?");
  });
});

describe('egress-snapshot', () => {
  it('asks for the hosts that nobody wrote down as intents', () => {
    const cluster = { egress: { backend: 'snapshot', hosts: {} } } as const;
    const findings = judgeOrg((org) => {
      aModel(org, 'model');
      aBroker(org, 'broker');
      new Tool(org, 'remote', { server: McpServer.remote('https://mcp.example.org/mcp') });
      new Memory(org, 'memory', { store: MemoryStore.s3({ bucket: 'notes', credentials: aSecret(org), endpoint: 's3.example.org' }) });
      new EgressPolicy(org, 'policy', { allow: [anIntent('docs.example.org')] });
      aTool(org, 'tool', { egress: [anIntent('api.example.org')] });
    }, cluster);
    const found = findings.filter(({ rule }) => rule === 'egress-snapshot');
    expect(found.map(({ path, field, value }) => `${path} ${field} ${value}`)).toEqual([
      "test/acme/broker host 'api.github.com'",
      "test/acme/memory store.endpoint 's3.example.org'",
      "test/acme/model deployments 'api.anthropic.com'",
      "test/acme/policy allow 'docs.example.org'",
      "test/acme/remote server 'mcp.example.org'",
      "test/acme/tool egress 'api.example.org'",
    ]);
    expect(found[0]?.fix).toBe("add 'api.github.com' with its address ranges under cluster.egress.hosts in environments/test.yaml");
  });
});

describe('egress-expired', () => {
  const build = (org: Org) =>
    anAgent(org, 'greeter', { egress: [Egress.host('api.example.org', { expires: '2020-01-01', reason: 'the trial' })] });

  it('does not look at the clock itself', () => {
    const fleet = aFleet();
    build(new Org(fleet, 'acme'));
    expect(judgeTree(fleet)).toEqual([]);
    expect(judgeTree(fleet, { today: '2020-01-01' })).toEqual([]);
    expect(judgeTree(fleet, { today: '2020-01-02' })).toHaveLength(1);
  });

  it('looks at reviewed addresses as well', () => {
    const egress = { backend: 'snapshot', hosts: { 'api.example.org': { cidrs: ['203.0.113.1/32'], expires: '2026-01-30' } } } as const;
    const findings = judgeOrg(() => undefined, { egress });
    expect(saysOf('egress-expired', findings)).toEqual([
      "'cluster.egress.hosts['api.example.org'].expires' must not be past, got '2026-01-30'",
    ]);
    expect(fixesOf('egress-expired', findings)).toEqual([
      "look up the addresses of 'api.example.org' again, and set them and a later day in environments/test.yaml",
    ]);
  });
});

describe('budget-fits', () => {
  const judge = (org: Budget<'day' | 'month'> | undefined, ...agents: Budget[]) => {
    const fleet = aFleet();
    const acme = new Org(fleet, 'acme', org && { budget: org });
    const models = { primary: aModel(acme) };
    for (const [index, budget] of agents.entries()) anAgent(acme, `agent-${index}`, { budget, models, runtime: WorkerRuntime.reference() });
    return judgeTree(fleet).filter(({ rule }) => rule === 'budget-fits');
  };

  it("says where the org's own budget is raised", () => {
    const [finding] = judge(Budget.perMonth(usd(10)), ...Array.from({ length: 7 }, () => Budget.perDay(usd(1))));
    expect(finding?.message).toBe(
      "must cover what its 7 agents may spend in 30 days, 210 USD ('agent-0' 30, 'agent-1' 30, 'agent-2' 30, 'agent-3' 30, 'agent-4' 30, and 2 more)",
    );
    expect(finding?.value).toBe("'10 USD in 30 days'");
    expect(finding?.fix).toBe('raise it in its stack, or lower the budgets of its agents');
  });

  it('lists only those who have a budget', () => {
    const fleet = aFleet();
    const acme = new Org(fleet, 'acme', { budget: Budget.perDay(usd(1)) });
    anAgent(acme, 'idle');
    anAgent(acme, 'busy', { budget: Budget.perDay(usd(2)), models: { primary: aModel(acme) }, runtime: WorkerRuntime.reference() });
    const [finding] = judgeTree(fleet).filter(({ rule }) => rule === 'budget-fits');
    expect(finding?.message).toBe("must cover what its agent may spend in 30 days, 60 USD ('busy' 60)");
  });

  it('counts neither by task nor without a limit', () => {
    expect(judge(Budget.perDay(usd(1)), Budget.perTask(usd(1000)), Budget.perMonth(usd(30)))).toEqual([]);
    expect(judge(undefined, Budget.perDay(usd(1000)))).toEqual([]);
  });
});
