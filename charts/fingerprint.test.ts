import { JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import {
  Agent,
  type AgentProps,
  Budget,
  Duration,
  Guardrail,
  Model,
  ModelDeployment,
  type Org,
  Run,
  ToolPlacement,
  usd,
  WorkerRuntime,
  Workspace,
  Size,
} from '../constructs/index.ts';
import { aMemory, aModel, anAgent, anEgressPolicy, anEnvironment, anIntent, anOrg, aPersona, aSecret, aTool } from '../test/builders.ts';
import { fingerprint, orgFingerprint } from './fingerprint.ts';

type Change = (org: Org) => Partial<AgentProps>;

const runtime = WorkerRuntime.reference();

function fingerprintOf(change: Change, environment = anEnvironment()): string {
  const org = anOrg({ environment });
  return fingerprint(anAgent(org, 'ada', change(org)));
}

describe('fingerprint', () => {
  const changes: [string, Change][] = [
    ['nothing', () => ({})],
    ['instructions', () => ({ instructions: 'a' })],
    ['other instructions', () => ({ instructions: 'b' })],
    ['a run', () => ({ run: Run.job() })],
    ['a run with another deadline', () => ({ run: Run.job({ deadline: Duration.minutes(5) }) })],
    ['a deadline of the same number of other units', () => ({ run: Run.job({ deadline: Duration.seconds(5) }) })],
    ['a model', (org) => ({ runtime, models: { primary: aModel(org) } })],
    [
      'a model elsewhere',
      (org) => ({
        runtime,
        models: { primary: aModel(org, 'smart', { deployments: [ModelDeployment.openai('gpt', { key: aSecret(org) })] }) },
      }),
    ],
    ['a model in another role', (org) => ({ runtime, models: { primary: aModel(org), reasoning: aModel(org, 'other') } })],
    ['a tool', (org) => ({ tools: [aTool(org)] })],
    ['another tool', (org) => ({ tools: [aTool(org, 'fetch')] })],
    ['a tool with an allow-list', (org) => ({ tools: [aTool(org, 'search', { allow: ['look'] })] })],
    ['a sidecar', (org) => ({ tools: [aTool(org, 'search', { placement: ToolPlacement.sidecar() })] })],
    ['a persona', (org) => ({ persona: aPersona(org) })],
    ['a persona with another rule', (org) => ({ persona: aPersona(org, 'clerk', { rules: ['Be late.'] }) })],
    ['a memory', (org) => ({ memory: aMemory(org) })],
    ['egress', () => ({ egress: [anIntent()] })],
    ['a policy of egress', (org) => ({ egress: [anEgressPolicy(org)] })],
    ['a budget', (org) => ({ runtime, models: { primary: aModel(org) }, budget: Budget.perDay(usd(1)) })],
    ['a budget for another time', (org) => ({ runtime, models: { primary: aModel(org) }, budget: Budget.perMonth(usd(1)) })],
    ['a guardrail', (org) => ({ runtime, models: { primary: aModel(org) }, guardrails: [Guardrail.pattern('a', /x/)] })],
    ['a workspace', () => ({ workspace: Workspace.scratch(Size.gibibytes(1)) })],
    ['variables', () => ({ env: { A: 'b' } })],
    ['two variables', () => ({ env: { A: 'b', B: 'c' } })],
    ['a variable whose value looks like two', () => ({ env: { A: 'bB:"c' } })],
    ['a secret', (org) => ({ secrets: [aSecret(org)] })],
    ['a secret of another key', (org) => ({ secrets: [aSecret(org, 'token', 'other')] })],
  ];

  it('differs for agents that differ in anything', () => {
    const all = changes.map(([, change]) => fingerprintOf(change));
    const same = changes.filter((_, index) => all.indexOf(all[index] as string) !== index).map(([what]) => what);
    expect(same).toEqual([]);
  });

  it.each(changes)('is the same for agents that say the same: %s', (_what, change) => {
    expect(fingerprintOf(change)).toBe(fingerprintOf(change));
  });

  it('differs by id, by org and by environment', () => {
    const org = anOrg();
    const prints = [anAgent(org, 'ada'), anAgent(org, 'bob'), anAgent(anOrg({ id: 'other' }), 'ada')].map(fingerprint);
    const elsewhere = [
      { domain: 'other.example.org' },
      { images: { shell: 'other' } },
      { cluster: { kubernetes: '1.35' } },
      { orgs: { acme: {} } },
    ].map((values) => fingerprintOf(() => ({}), anEnvironment(values)));
    expect(new Set([...prints, ...elsewhere]).size).toBe(7);
  });

  it('holds the patches, whenever they are added', () => {
    const agent = anAgent(anOrg(), 'ada');
    const before = fingerprint(agent);
    agent.addJsonPatch('Deployment', JsonPatch.add('/spec/revisionHistoryLimit', 3));
    const patched = fingerprint(agent);
    agent.addJsonPatch('Deployment', JsonPatch.add('/spec/minReadySeconds', 3));
    expect(new Set([before, patched, fingerprint(agent)]).size).toBe(3);
  });

  it('sees a plain object that is filled after it was described', () => {
    const env: Record<string, string> = { A: '1' };
    const agent = anAgent(anOrg(), 'ada', { env });
    const before = fingerprint(agent);
    env['B'] = '2';
    expect(fingerprint(agent)).not.toBe(before);
  });

  it('tells classes with equal fields apart', () => {
    const withProbe = (probe: object) => fingerprint(Object.assign(anAgent(anOrg(), 'ada'), { persona: probe }));
    const fields = { amount: 1 };
    class One {
      readonly amount = 1;
    }
    class Other {
      readonly amount = 1;
    }
    expect(new Set([fields, new One(), new Other()].map(withProbe)).size).toBe(3);
  });

  it('tells a key that looks like two fields from two fields', () => {
    const withFiles = (files: object) => fingerprint(Object.assign(anAgent(anOrg(), 'ada'), { workspace: files }));
    expect(withFiles({ a: 'x', b: 'y' })).not.toBe(withFiles({ 'a:1"xb': 'y' }));
  });

  it('refuses what cannot be compared', () => {
    const agent = Object.assign(anAgent(anOrg(), 'ada'), { persona: () => 1 });
    expect(() => fingerprint(agent)).toThrow(/'value' must be data, as a fleet is described by data alone/);
  });

  it('of a tool differs with what the tool says', () => {
    const of = (props: object) => fingerprint(aTool(anOrg(), 'search', props));
    expect(of({})).toBe(of({}));
    expect(of({ env: { A: 'b' } })).not.toBe(of({}));
  });
});

describe('orgFingerprint', () => {
  function printOf(build: (org: Org) => void, props: object = {}): string {
    const org = anOrg(props);
    build(org);
    return orgFingerprint(org);
  }
  const agentWith = (change: Change) => printOf((org) => new Agent(org, 'ada', { runtime, run: Run.service(), ...change(org) }));

  it('does not hold what only an agent itself is made of', () => {
    const plain = agentWith(() => ({}));
    expect(agentWith(() => ({ instructions: 'a' }))).toBe(plain);
    expect(agentWith((org) => ({ persona: aPersona(org) }))).toBe(plain);
    expect(agentWith(() => ({ env: { A: 'b' } }))).toBe(plain);
  });

  it('holds what the gateway and the proxy are told of an agent', () => {
    const changes: Change[] = [
      () => ({}),
      () => ({ egress: [anIntent()] }),
      (org) => ({ models: { primary: aModel(org) } }),
      (org) => ({ models: { primary: aModel(org) }, budget: Budget.perDay(usd(1)) }),
      (org) => ({ models: { primary: aModel(org) }, rateLimit: { requestsPerMinute: 1 } }),
      (org) => ({ models: { primary: aModel(org) }, guardrails: [Guardrail.longestInput(1)] }),
      (org) => ({ tools: [aTool(org, 'side', { placement: ToolPlacement.sidecar(), egress: [anIntent()] })] }),
    ];
    expect(new Set(changes.map(agentWith)).size).toBe(changes.length);
  });

  it('holds what the org itself says, and its secrets, models and tools', () => {
    const prints = [
      printOf(() => undefined),
      printOf(() => undefined, { owner: 'research' }),
      printOf(() => undefined, { budget: Budget.perDay(usd(1)) }),
      printOf(() => undefined, { gateway: { replicas: 7 } }),
      printOf((org) => aSecret(org)),
      printOf((org) => new Model(org, 'm', { deployments: [ModelDeployment.openai('gpt', { key: aSecret(org) })] })),
      printOf((org) => new Model(org, 'm', { deployments: [ModelDeployment.openai('gpt', { key: aSecret(org) })], retries: 1 })),
      printOf((org) => aTool(org)),
      printOf((org) => aTool(org, 'search', { egress: [anIntent()] })),
      printOf((org) => new Construct(org, 'extras')),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });
});
