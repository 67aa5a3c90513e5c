import { describe, expect, it } from 'vitest';
import {
  Budget,
  Duration,
  Egress,
  McpServer,
  Persona,
  Run,
  Secret,
  Size,
  ToolPlacement,
  usd,
  WorkerRuntime,
  Workspace,
} from '../../constructs/index.ts';
import { aBroker, aMemory, aModel, anAgent, anOrg, aTool } from '../../test/builders.ts';
import { chooseFirstTask } from './first-task.ts';
import { type Plan, type PlannedAgent, planFleet } from './plan.ts';

const AT = { state: '/state', gateway: 'http://127.0.0.1:1/secret', controller: 'http://127.0.0.1:2' };
const shell = (...command: string[]) => WorkerRuntime.shell({ command });

function plan(org: ReturnType<typeof anOrg>): Plan {
  return planFleet(org.fleet, AT, ['/project/stacks/acme.ts']);
}

function only(org: ReturnType<typeof anOrg>): PlannedAgent {
  const [agent] = plan(org).agents;
  if (agent === undefined) throw new Error('There is no agent');
  return agent;
}

describe('the plan of a fleet on one machine', () => {
  it('gives an agent what its pod would get, at the addresses of this machine', () => {
    const org = anOrg({ id: 'acme' });
    anAgent(org, 'coder', {
      runtime: WorkerRuntime.reference({ env: { OWN: 'a $(b) $$' } }),
      run: Run.job(),
      models: { primary: aModel(org, 'fast') },
      persona: new Persona(org, 'clerk', { tone: 'dry' }),
      instructions: 'Fix $(it).\n',
      workspace: Workspace.scratch(Size.gibibytes(1)),
      tools: [aTool(org, 'words', { server: McpServer.stdio('mcp-stdio', { command: ['sh', '-c', 'true'] }) })],
      budget: Budget.perTask(usd(2)),
    });
    const { contract, ...agent } = only(org);
    expect(agent).toEqual({
      org: 'acme',
      name: 'coder',
      dispatched: true,
      adapter: 'reference',
      command: [],
      setup: [],
      graceSeconds: 10,
      most: 2,
      workspace: {},
      tools: ['acme/words'],
      models: true,
      missing: [],
    });
    expect(contract.env).toMatchObject({
      AGENT_DISPATCHER_TOKEN_FILE: '/state/tokens/acme/coder',
      AGENT_DISPATCHER_URL: 'http://127.0.0.1:2',
      AGENT_EXECUTION_MODE: 'task',
      AGENT_INSTRUCTIONS: 'Fix $(it).\n',
      AGENT_NAME: 'coder',
      AGENT_NAMESPACE: 'acme',
      AGENT_PERSONA: 'Tone: dry\n',
      AGENT_TASK_BUDGET_USD: '2',
      HOME: '/state/agents/acme/coder/home',
      LLM_MODEL: 'fast',
      MCP_SERVERS: 'http://127.0.0.1:1/secret/tools/acme/words/mcp',
      MODEL_API_KEY: 'local',
      MODEL_ENDPOINT: 'http://127.0.0.1:1/secret/models/acme/coder',
      OPENAI_BASE_URL: 'http://127.0.0.1:1/secret/models/acme/coder/v1',
      OWN: 'a $(b) $$',
    });
    expect(Object.keys(contract.env)).not.toContain('AGENT_TRIGGER');
    expect(contract.files['config.yaml']).toContain('endpoint: http://127.0.0.1:1/secret/models/acme/coder\n');
    expect(contract.files['config.yaml']).toContain('endpoint: http://127.0.0.1:1/secret/tools/acme/words/mcp\n');
    expect(plan(org)).toMatchObject({ environment: 'test', orgs: ['acme'], files: ['/project/stacks/acme.ts'] });
  });

  it('says what an agent does without, and why', () => {
    const org = anOrg({ id: 'acme' });
    anAgent(org, 'coder', {
      tools: [
        aTool(org, 'image', { server: McpServer.http('mcp-http') }),
        aTool(org, 'absent', { server: McpServer.stdio('mcp-stdio', { command: ['no-such-server'] }) }),
        aTool(org, 'secret', { server: McpServer.npm('mcp-server-time', '1.4.0'), secrets: [Secret.external(org, 'key', 'k')] }),
      ],
      brokered: [aBroker(org, 'github')],
      memory: aMemory(org, 'notes'),
      secrets: [Secret.external(org, 'deploy', 'k')],
    });
    const { missing, contract } = only(org);
    expect(missing).toEqual([
      "tool 'image': the image 'mcp-http' needs a cluster",
      "tool 'absent': the program 'no-such-server' of its image is not on the PATH here",
      "tool 'secret': its secrets are not on this machine",
      "secret 'deploy': secrets are not on this machine",
      "broker 'github': its secret is not on this machine",
      "memory 'notes': it is in the cluster",
    ]);
    expect(Object.keys(contract.env)).not.toContain('GITHUB_URL');
    expect(Object.keys(contract.env)).not.toContain('MCP_SERVERS');
  });

  it('has packages run by npx, remote tools guarded, and sidecars in the workspace of their agent', () => {
    const org = anOrg({ id: 'acme' });
    const remote = aTool(org, 'remote', { server: McpServer.remote('https://mcp.example.com/mcp'), allow: ['read'] });
    const files = aTool(org, 'files', {
      server: McpServer.npm('mcp-server-time', '1.4.0', { args: ['/workspace', '/workspace/a', '/workspaces'] }),
      placement: ToolPlacement.sidecar({ workspace: true }),
      env: { LEVEL: '2' },
    });
    const props = {
      tools: [remote, files],
      workspace: Workspace.scratch(Size.gibibytes(1)),
      runtime: shell('sh', '/workspace/run.sh'),
      run: Run.job(),
    };
    anAgent(org, 'one', props);
    anAgent(org, 'two', props);
    const { agents, tools } = plan(org);
    expect(tools).toEqual([
      {
        id: 'acme/remote',
        verb: ['guard', '--allow', 'read', '--upstream', 'https://mcp.example.com/mcp'],
        env: {},
        folder: '/state/tools/acme/remote',
      },
      ...['one', 'two'].map((name) => ({
        id: `acme/${name}/files`,
        verb: [
          'bridge',
          '--',
          'npx',
          '--yes',
          'mcp-server-time@1.4.0',
          `/state/agents/acme/${name}/workspace`,
          `/state/agents/acme/${name}/workspace/a`,
          '/workspaces',
        ],
        env: { LEVEL: '2' },
        folder: `/state/agents/acme/${name}/workspace`,
      })),
    ]);
    // Two workers cannot have the one workspace that the sidecar sees.
    expect(agents.map(({ most, command }) => [most, command[1]])).toEqual([
      [1, '/state/agents/acme/one/workspace/run.sh'],
      [1, '/state/agents/acme/two/workspace/run.sh'],
    ]);
  });

  it.each([
    [
      'a program that is not there',
      shell('no-such-program'),
      Run.job(),
      { dispatched: true, most: 2, obstacle: expect.stringContaining("'no-such-program' is not on the PATH") },
    ],
    ['a server of its own', shell('sh'), Run.service(), { dispatched: false, most: 1 }],
    ['an agent that is always there', WorkerRuntime.reference(), Run.service(), { dispatched: true, most: 1 }],
    ['a small pool', shell('sh'), Run.pool({ max: 1 }), { dispatched: true, most: 1 }],
    ['a large pool', shell('sh'), Run.pool({ max: 9 }), { dispatched: true, most: 2 }],
    ['a schedule', shell('sh'), Run.schedule('0 7 * * *'), { dispatched: true, most: 1 }],
  ])('knows how %s runs here', (_, runtime, run, expected) => {
    const org = anOrg({ id: 'acme' });
    anAgent(org, 'coder', { runtime, run });
    const { dispatched, most, obstacle } = only(org);
    expect({ dispatched, most, ...(obstacle !== undefined && { obstacle }) }).toEqual(expected);
  });

  it('has the controller keep the clock', () => {
    const org = anOrg({ id: 'acme' });
    anAgent(org, 'digest', {
      runtime: shell('sh'),
      run: Run.schedule('0 7 * * 1-5', { timeZone: 'Europe/Berlin', whileRunning: 'Replace' }),
    });
    anAgent(org, 'other', { runtime: shell('sh'), run: Run.job() });
    const { orgs } = JSON.parse(plan(org).fleet) as { readonly orgs: Readonly<Record<string, { readonly schedules?: unknown }>> };
    expect(orgs['acme']?.schedules).toEqual({
      digest: {
        agent: 'digest',
        cron: '0 7 * * 1-5',
        suspended: false,
        timeZone: 'Europe/Berlin',
        title: 'Run of digest by the clock',
        whileRunning: 'Replace',
      },
    });
  });

  it('tells the controller that agents are processes here, and where their repositories are', () => {
    const org = anOrg({ id: 'acme' });
    anAgent(org, 'coder', {
      runtime: WorkerRuntime.reference(),
      run: Run.job(),
      models: { primary: aModel(org, 'fast') },
      workspace: Workspace.scratch(Size.gibibytes(1)),
      repository: 'https://git.example.com/acme/product.git',
      egress: [Egress.host('git.example.com', { reason: 'the product' })],
    });
    anAgent(org, 'other', { runtime: shell('sh'), run: Run.job() });
    const { orgs } = JSON.parse(plan(org).fleet) as {
      readonly orgs: { readonly acme: { readonly agents: Readonly<Record<string, object>> } };
    };
    const { coder, other } = orgs.acme.agents;
    expect(coder).toHaveProperty('local', { repository: '/state/repositories/git.example.com/acme/product.git' });
    expect(other).toHaveProperty('local', {});
    expect(coder).not.toHaveProperty('image');
    expect(plan(org).agents[0]?.contract.env['AGENT_REPO_URL']).toBe('/state/repositories/git.example.com/acme/product.git');
  });

  it('gives nobody longer to end than people wait', () => {
    const org = anOrg({ id: 'acme' });
    anAgent(org, 'short', { runtime: WorkerRuntime.shell({ command: ['sh'], gracePeriod: Duration.seconds(3) }) });
    anAgent(org, 'usual', { runtime: shell('sh') });
    expect(plan(org).agents.map(({ graceSeconds }) => graceSeconds)).toEqual([3, 10]);
  });
});

describe('the first task', () => {
  const org = anOrg({ id: 'acme' });
  anAgent(org, 'absent', { runtime: shell('no-such-program'), run: Run.job(), instructions: 'Never.' });
  anAgent(org, 'server', { runtime: shell('sh'), run: Run.service(), instructions: 'Serve.' });
  anAgent(org, 'mute', { runtime: shell('sh'), run: Run.job(), instructions: '' });
  anAgent(org, 'clerk', { runtime: shell('sh'), run: Run.job(), instructions: `${'Write. '.repeat(40)}\nThen read.` });
  const { agents } = plan(org);

  it('is the first agent’s that can, and has been told what to do', () => {
    expect(chooseFirstTask(agents)).toEqual({ agent: agents[3], title: 'Write. '.repeat(40).slice(0, 120).trim() });
  });

  it('is anybody’s who takes tasks, or nobody’s', () => {
    expect(chooseFirstTask(agents.slice(0, 3))).toEqual({ agent: agents[2], title: 'A first task' });
    expect(chooseFirstTask(agents.slice(0, 2))).toBeUndefined();
  });
});
