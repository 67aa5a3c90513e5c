import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { FleetSchema, type Fleet as FleetFile } from '../controller/contract/wire/index.ts';
import {
  type AgentProps,
  Budget,
  Duration,
  type Fleet,
  type Org,
  Pipeline,
  Run,
  Secret,
  Trigger,
  usd,
  WorkerRuntime,
} from '../constructs/index.ts';
import { aFleet, aModel, anAgent, anEnvironment, anIntent, anOrg, aTool } from '../test/builders.ts';
import { only } from '../test/manifests.ts';
import { renderAgent } from './agent/agent.ts';
import { fleetFingerprint } from './fingerprint.ts';
import { renderFleetJson } from './fleet-json.ts';

const schema = Compile(FleetSchema);
const runtime = WorkerRuntime.reference();

function read(fleet: Fleet): FleetFile {
  const file: unknown = JSON.parse(renderFleetJson(fleet));
  expect(schema.Errors(file)).toEqual([]);
  return file as FleetFile;
}

describe('fleet.json', () => {
  it('says of each org and agent what the dispatcher has to know', () => {
    const org = anOrg({ budget: Budget.perMonth(usd(20)) });
    const [fast, smart] = [aModel(org, 'fast'), aModel(org)];
    anAgent(org, 'once', {
      budget: Budget.perTask(usd(0.000_001)),
      models: { primary: smart, summarization: fast, toolCalling: smart },
      run: Run.job({ deadline: Duration.minutes(2), retries: 2 }),
      runtime,
      tools: [aTool(org, 'search'), aTool(org, 'fetch')],
    });
    anAgent(org, 'many', {
      budget: Budget.perDay(usd(1.5)),
      models: { primary: fast },
      run: Run.pool({ max: 4, min: 1, tasksPerWorker: 3 }),
      runtime,
    });
    anAgent(org, 'daily', { run: Run.schedule('0 7 * * *', { deadline: Duration.minutes(3), retries: 1 }) });
    const { images } = org.fleet.environment;
    expect(read(org.fleet)).toEqual({
      contract: '1.1',
      orgs: {
        acme: {
          agents: {
            // A CronJob runs it, and counts its attempts.
            daily: { image: images['shell'], mode: 'schedule' },
            many: {
              budgets: [{ limit: 1_500_000, seconds: 86_400, window: 'rolling' }],
              image: images['worker'],
              mode: 'pool',
              models: ['fast'],
              pool: { max: 4, min: 1, tasksPerWorker: 3 },
            },
            once: {
              attempts: 3,
              deadlineSeconds: 120,
              image: images['worker'],
              mode: 'job',
              models: ['smart', 'fast'],
              podTemplate: 'once',
              taskBudget: 1,
              tools: ['search', 'fetch'],
            },
          },
          budgets: [{ limit: 20_000_000, seconds: 2_592_000, window: 'rolling' }],
          namespace: 'acme',
        },
      },
    });
  });

  it('says what pipelines consist of, and what triggers wait for; of a secret only where it is', () => {
    const org = anOrg();
    const ada = anAgent(org, 'ada', { run: Run.job(), skills: ['git'] });
    const idea = new Pipeline(org, 'idea', {
      steps: [
        { id: 'plan', by: ada, title: 'Plan', instructions: 'Make a plan.', subTasks: { count: 4, depth: 2, parallel: 2, budget: usd(2) } },
        {
          id: 'merge',
          by: ['git'],
          title: 'Merge',
          needs: ['plan'],
          onFailure: 'skip',
          attempts: 2,
          deadline: Duration.minutes(5),
          budget: Budget.perTask(usd(1)),
          approval: { reason: 'Merge into main?' },
        },
      ],
    });
    const secret = Secret.external(org, 'hook', 'secret');
    Trigger.cron(org, 'nightly', '0 2 * * *', {
      start: idea,
      title: 'Nightly',
      timeZone: 'Europe/Berlin',
      input: { z: 1, a: { y: 2, b: 3 } },
    });
    Trigger.github(org, 'issues', {
      start: idea,
      title: 'Issue',
      secret,
      events: ['issues.opened'],
      when: 'data.n > 1',
      input: { z: 'data.n', a: 'data' },
    });
    Trigger.webhook(org, 'alarms', { start: ada, title: 'Alarm', secret, header: 'X-Signature', timestampHeader: 'X-Time' });
    Trigger.event(org, 'orders', { start: ada, title: 'Order', type: 'order', source: '/shop' });
    const file = read(org.fleet).orgs['acme'];
    expect(file?.agents['ada']).toMatchObject({ skills: ['git'] });
    expect(file?.pipelines).toEqual({
      idea: {
        steps: [
          {
            agent: 'ada',
            id: 'plan',
            instructions: 'Make a plan.',
            subTasks: { budget: 2_000_000, count: 4, depth: 2, parallel: 2 },
            title: 'Plan',
          },
          {
            approval: { reason: 'Merge into main?', timeoutSeconds: 86_400 },
            attempts: 2,
            budget: 1_000_000,
            deadlineSeconds: 300,
            id: 'merge',
            needs: ['plan'],
            onFailure: 'skip',
            skills: ['git'],
            title: 'Merge',
          },
        ],
      },
    });
    const secretFile = (name: string) => `/etc/fleetwright/hooks/acme/${name}`;
    expect(file?.triggers).toEqual({
      alarms: {
        agent: 'ada',
        header: 'X-Signature',
        kind: 'webhook',
        secretFile: secretFile('alarms'),
        timestampHeader: 'X-Time',
        title: 'Alarm',
      },
      issues: {
        events: ['issues.opened'],
        input: { a: 'data', z: 'data.n' },
        kind: 'github',
        pipeline: 'idea',
        secretFile: secretFile('issues'),
        title: 'Issue',
        when: 'data.n > 1',
      },
      nightly: {
        cron: '0 2 * * *',
        input: { a: { b: 3, y: 2 }, z: 1 },
        kind: 'cron',
        pipeline: 'idea',
        timeZone: 'Europe/Berlin',
        title: 'Nightly',
      },
      orders: { agent: 'ada', kind: 'event', source: '/shop', title: 'Order', type: 'order' },
    });
    const text = renderFleetJson(org.fleet);
    expect(text).toBe(`${JSON.stringify(sorted(JSON.parse(text)), undefined, 2)}\n`);
  });

  it('has another fingerprint when a pipeline or a trigger changes', () => {
    const build = (title: string, when: string): string => {
      const org = anOrg();
      const ada = anAgent(org, 'ada', { run: Run.job() });
      const start = new Pipeline(org, 'idea', { steps: [{ id: 'plan', by: ada, title }] });
      Trigger.event(org, 'orders', { start, title: 'Order', type: 'order', when });
      return fingerprintOf(org.fleet);
    };
    expect(build('Plan', 'true')).toBe(build('Plan', 'true'));
    expect(new Set([build('Plan', 'true'), build('Think', 'true'), build('Plan', 'false')]).size).toBe(3);
  });

  it('names the PodTemplate as it is rendered', () => {
    const org = anOrg();
    const agent = anAgent(org, 'once', { run: Run.job() });
    expect(read(org.fleet).orgs['acme']?.agents['once']?.podTemplate).toBe(only(renderAgent(agent), 'PodTemplate').metadata.name);
  });

  it('has the budget that the environment gives an org', () => {
    const fleet = aFleet(anEnvironment({ orgs: { acme: { dailyBudgetUsd: 2 } } }));
    anOrg({ budget: Budget.perMonth(usd(20)), fleet });
    expect(read(fleet).orgs['acme']?.budgets).toEqual([{ limit: 2_000_000, seconds: 86_400, window: 'rolling' }]);
  });

  it('knows an environment without orgs', () => {
    expect(renderFleetJson(aFleet())).toBe('{\n  "contract": "1.1",\n  "orgs": {}\n}\n');
  });

  it('has all keys in order, whatever the order of creation', () => {
    const build = (orgs: readonly string[], agents: readonly string[]) => {
      const fleet = aFleet();
      for (const id of orgs) {
        const org = anOrg({ budget: Budget.perDay(usd(5)), fleet, id });
        for (const agent of agents) anAgent(org, agent, { models: { primary: aModel(org, `${agent}-model`) }, run: Run.job(), runtime });
      }
      return renderFleetJson(fleet);
    };
    const text = build(['beta', 'alpha'], ['c', 'a10', 'a9', 'a']);
    expect(build(['alpha', 'beta'], ['a', 'a10', 'a9', 'c'])).toBe(text);
    expect(text).toBe(`${JSON.stringify(sorted(JSON.parse(text)), undefined, 2)}\n`);
  });

  it('is valid for any fleet', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => void read(fleet)),
      { numRuns: 200 },
    );
  });

  const smart = (org: Org) => ({ models: { primary: aModel(org) }, runtime });
  const changes: [string, (org: Org) => Partial<AgentProps>][] = [
    ['a job', () => ({ run: Run.job() })],
    ['other retries', () => ({ run: Run.job({ retries: 1 }) })],
    ['another deadline', () => ({ run: Run.job({ deadline: Duration.minutes(1) }) })],
    ['a pool', () => ({ run: Run.pool({ max: 2 }) })],
    ['a bigger pool', () => ({ run: Run.pool({ max: 3 }) })],
    ['busier workers', () => ({ run: Run.pool({ max: 3, tasksPerWorker: 2 }) })],
    ['another image', () => ({ runtime })],
    ['a tool', (org) => ({ tools: [aTool(org)] })],
    ['another tool', (org) => ({ tools: [aTool(org, 'fetch')] })],
    ['a model', smart],
    ['models in other roles', (org) => ({ models: { primary: aModel(org, 'a'), reasoning: aModel(org, 'b') }, runtime })],
    ['as many models, the other way round', (org) => ({ models: { primary: aModel(org, 'b'), reasoning: aModel(org, 'a') }, runtime })],
    ['a budget', (org) => ({ ...smart(org), budget: Budget.perDay(usd(1)) })],
    ['another budget', (org) => ({ ...smart(org), budget: Budget.perDay(usd(2)) })],
    ['a budget for a month', (org) => ({ ...smart(org), budget: Budget.perMonth(usd(2)) })],
    ['skills', () => ({ skills: ['git'] })],
    ['a budget for each task', (org) => ({ ...smart(org), budget: Budget.perTask(usd(2)) })],
  ];

  it('is another one under another fingerprint, for all that it says', () => {
    const fleets = changes.map(([, change]) => fleetOf(change));
    expect(new Set(fleets.map(renderFleetJson)).size).toBe(changes.length);
    expect(new Set(fleets.map(fingerprintOf)).size).toBe(changes.length);
    expect(fingerprintOf(aFleetWith({ budget: Budget.perDay(usd(1)) }))).not.toBe(fingerprintOf(aFleetWith({})));
    expect(fingerprintOf(aFleetWith({ id: 'other' }))).not.toBe(fingerprintOf(aFleetWith({})));
  });

  it('has the same fingerprint whatever else an agent is told', () => {
    const [before, after] = ['Work.', 'Rest.'].map((instructions) =>
      fleetOf(() => ({ egress: [anIntent(`${instructions.toLowerCase()}example.org`)], instructions })),
    );
    expect(fingerprintOf(after)).toBe(fingerprintOf(before));
  });
});

function fleetOf(change: (org: Org) => Partial<AgentProps>): Fleet {
  const org = anOrg();
  anAgent(org, 'ada', change(org));
  return org.fleet;
}

function aFleetWith(props: Parameters<typeof anOrg>[0]): Fleet {
  return anOrg(props).fleet;
}

function fingerprintOf(fleet: Fleet | undefined): string {
  return fleet === undefined ? '' : fleet.orgs.map(fleetFingerprint).join(' ');
}

/** As it is, with the keys of all objects sorted. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

const anyName = fc
  .stringMatching(/^[a-w]([-a-z0-9]{0,46}[a-z0-9])?$/)
  .filter((name) => !/^(con|prn|aux|nul|com\d|lpt\d|argocd|default)$/.test(name));
const anyAmount = fc.integer({ max: 4_000_000_000, min: 1 }).map((micros) => usd(micros / 1_000_000));
const anyRun = fc.oneof(
  fc.constant(Run.service()),
  fc.nat(1000).map((warm) => Run.sandbox({ warm })),
  fc.record({ min: fc.nat(500), more: fc.integer({ max: 500, min: 1 }) }).map(({ min, more }) => Run.pool({ max: min + more, min })),
  fc
    .record({ retries: fc.nat(10), seconds: fc.integer({ max: 604_800, min: 1 }) })
    .map(({ retries, seconds }) => Run.job({ deadline: Duration.seconds(seconds), retries })),
);
const anyBudget = fc.oneof(
  anyAmount.map((amount) => Budget.perDay(amount)),
  anyAmount.map((amount) => Budget.perMonth(amount)),
  anyAmount.map((amount) => Budget.perTask(amount)),
);
const anyAgent = fc.record({ budget: fc.option(anyBudget, { nil: undefined }), run: anyRun, tools: fc.nat(3), usesModels: fc.boolean() });

const anyOrg = fc.record({ agents: fc.dictionary(anyName, anyAgent, { maxKeys: 4 }), budget: fc.option(anyAmount, { nil: undefined }) });

const anyFleet = fc.dictionary(anyName, anyOrg, { maxKeys: 3 }).map((orgs) => {
  const fleet = aFleet();
  for (const [id, { agents, budget }] of Object.entries(orgs)) {
    const org = anOrg({ fleet, id, ...(budget && { budget: Budget.perDay(budget) }) });
    // No agent's name begins with these letters.
    const model = aModel(org, 'xmodel');
    const tools = ['ztool-a', 'ztool-b', 'ztool-c'].map((tool) => aTool(org, tool));
    for (const [agent, { usesModels, ...props }] of Object.entries(agents)) {
      const models = usesModels ? { models: { primary: model }, ...(props.budget && { budget: props.budget }) } : {};
      anAgent(org, agent, { run: props.run, runtime, tools: tools.slice(0, props.tools), ...models });
    }
  }
  return fleet;
});
