import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { aBroker, aModel, anAgent, anEnvironment, anIntent, anOrg, aSecret, aTool } from '../test/builders.ts';
import {
  Agent,
  Budget,
  Editor,
  EgressPolicy,
  Exposure,
  Fleet,
  McpServer,
  Org,
  Replicas,
  Run,
  Size,
  Tool,
  ToolPlacement,
  usd,
  WorkerRuntime,
  Workspace,
} from './index.ts';

describe('Agent', () => {
  it('may use its models and all that they fall back to', () => {
    const org = anOrg();
    const spare = aModel(org, 'spare');
    const primary = aModel(org, 'primary', { fallbacks: [spare] });
    const agent = anAgent(org, 'a', { runtime: WorkerRuntime.reference(), models: { primary, summarization: spare } });
    expect(agent.admittedModels()).toEqual([primary, spare]);
  });

  it('reaches its own hosts and those of its sidecars, each once', () => {
    const org = anOrg();
    const [own, shared] = [anIntent('own.example.org'), anIntent('shared.example.org')];
    const sidecar = new Tool(org, 'side', { server: McpServer.http('mcp-http'), placement: ToolPlacement.sidecar(), egress: [shared] });
    const service = aTool(org, 'service', { egress: [anIntent('service.example.org')] });
    const policy = new EgressPolicy(org, 'p', { allow: [shared] });
    expect(anAgent(org, 'a', { tools: [sidecar, service], egress: [own, policy] }).intents()).toEqual([own, shared]);
  });

  it('knows the line that created it', () => {
    expect(anAgent(anOrg()).source).toMatch(/^test\/builders\.ts:\d+:\d+$/);
  });

  it('tells all that is wrong at once', () => {
    const org = anOrg();
    const tool = new Tool(org, 'files', { server: McpServer.http('mcp-http'), placement: ToolPlacement.sidecar({ workspace: true }) });
    const build = () =>
      new Agent(org, 'ada', {
        runtime: WorkerRuntime.shell({ command: ['x'], editor: Editor.codeServer() }),
        run: Run.job(),
        tools: [tool, tool],
        models: { primary: aModel(org) },
        rateLimit: { requestsPerMinute: 0 },
        env: { 'A-B': '1', AGENT_NAME: 'eve', https_proxy: 'x' },
      });
    expect(build).toThrow(
      [
        'test/acme/ada cannot be built:',
        "'tools' must name each part once",
        "'workspace' must be set, as one of its sidecar tools works in it",
        "'rateLimit.requestsPerMinute' must be a whole number above 0, got 0",
        "'models' must be left out, as the runtime 'shell' speaks to none",
        "'runtime.editor' must go with Run.service, as a job has no address",
        "'workspace' must be set, as the editor works in it",
        "'env' must hold names of letters, digits and underscores, got 'A-B'",
        "'env' must not replace a variable of the contract, got 'AGENT_NAME'",
        "'env' must not replace a variable of the contract, got 'https_proxy' [FW_INVALID_PROPS]",
      ].join('\n  - '),
    );
  });

  it.each([
    Run.service({ replicas: Replicas.fixed(2) }),
    Run.pool({ max: 2 }),
    Run.job(),
    Run.schedule('* * * * *', { whileRunning: 'Allow' }),
  ])('mounts a volume of its own in one pod only: %#', (run) => {
    const workspace = Workspace.volume({ size: Size.gibibytes(1) });
    expect(() => anAgent(anOrg(), 'a', { run, workspace })).toThrow(
      "'workspace' must be shared or scratch, as several pods may mount it at a time; a volume that is not shared stays on one node",
    );
  });

  it('has no more tools than the dispatcher is told of', () => {
    const org = anOrg();
    const tools = Array.from({ length: 257 }, (_, i) => aTool(org, `t${i}`));
    expect(anAgent(org, 'ada', { tools: tools.slice(1) }).tools).toHaveLength(256);
    expect(() => anAgent(org, 'eve', { tools })).toThrow("'tools' must be at most 256, got 257");
  });

  it('shows its editor to nobody who has not signed in', () => {
    const runtime = WorkerRuntime.codex({ editor: Editor.codeServer() });
    const run = Run.service({ expose: Exposure.public('a demonstration') });
    expect(() => anAgent(anOrg(), 'a', { run, runtime, workspace: Workspace.scratch(Size.gibibytes(1)) })).toThrow(
      "'run.expose' must ask for a sign-in, as whoever reaches the editor runs programs in the pod",
    );
  });

  it.each(['OPENAI_API_KEY', 'GITHUB_URL'])('does not replace %s', (name) => {
    const org = anOrg();
    expect(() => anAgent(org, 'a', { brokered: [aBroker(org, 'github')], env: { [name]: 'x' } })).toThrow(
      `must not replace a variable of the contract, got '${name}'`,
    );
  });

  it("does not let the runtime replace a broker's address", () => {
    const org = anOrg();
    const runtime = WorkerRuntime.codex({ env: { GITHUB_URL: 'x' } });
    expect(() => anAgent(org, 'a', { brokered: [aBroker(org, 'github')], runtime })).toThrow(
      "'runtime.env' must not replace the address of a broker, got 'GITHUB_URL'",
    );
  });

  it('has no budget for models it may not use', () => {
    expect(() => anAgent(anOrg(), 'a', { budget: Budget.perDay(usd(1)) })).toThrow(
      /'models' must be set where rateLimit, budget or guardrails limit their use/,
    );
    expect(anAgent(anOrg(), 'a', { budget: Budget.perTask(usd(1)) }).budget?.period).toBe('task');
  });
});

describe('Fleet', () => {
  it('knows its orgs', () => {
    const fleet = new Fleet(anEnvironment());
    const [a, b] = [new Org(fleet, 'a'), new Org(fleet, 'b')];
    expect(fleet.orgs).toEqual([a, b]);
  });

  it('answers cdk8s like an App', () => {
    const chart = new Chart(anOrg(), 'extra');
    expect(App.of(chart).resolvers).toHaveLength(new App().resolvers.length);
  });
});

describe('Org', () => {
  it.each(['-a', 'x'.repeat(64), 'a\nb'])('refuses the owner %j', (owner) => expect(() => anOrg({ owner })).toThrow(/'owner' must be/));
  it('keeps parts out of other orgs by their type', () => expect(aSecret(anOrg()).org).toBeInstanceOf(Org));
});
