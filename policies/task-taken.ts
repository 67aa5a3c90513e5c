import {
  Agent,
  Duration,
  isPipeline,
  nearest,
  type Org,
  type OrgPart,
  Pipeline,
  Run,
  Trigger,
  WorkerRuntime,
} from '../constructs/index.ts';
import type { Report, TreeRule } from './rule.ts';

/** A task that nobody takes waits for ever, and says so only to who looks. */
export const taskTaken: TreeRule = {
  id: 'task-taken',
  title: 'Whoever is given tasks takes them',
  severity: 'error',
  appliesTo: 'tree',
  fix: 'run the agent by Run.job or Run.pool',
  check(fleet, report) {
    for (const org of fleet.orgs) {
      for (const part of org.children) {
        if (part instanceof Trigger && part.start instanceof Agent) checkAgent(part, 'start', part.start, report);
        if (isPipeline(part)) checkSteps(part, agentsOf(org).filter(takesTasks), report);
      }
    }
  },
  good: {
    build: (org) => {
      const [ada] = addAgents(org);
      new Pipeline(org, 'idea', {
        steps: [
          { id: 'plan', by: ada, title: 'Plan' },
          { id: 'build', by: ['git'], title: 'Build' },
        ],
      });
    },
  },
  bad: {
    example: {
      build: (org) => {
        const [, bob] = addAgents(org);
        Trigger.cron(org, 'nightly', '0 2 * * *', { start: bob, title: 'Nightly' });
        new Pipeline(org, 'idea', {
          steps: [
            { id: 'plan', by: bob, title: 'Plan' },
            { id: 'build', by: ['gti'], title: 'Build' },
          ],
        });
      },
    },
    says: [
      "'start' must be an agent that takes tasks, got 'bob, which runs as a schedule'",
      "'steps[0].by' must be an agent that takes tasks, got 'bob, which runs as a schedule'",
      `'steps[1].by' must be skills that one agent has that takes tasks, got ["gti"]`,
    ],
  },
};

// oxlint-disable-next-line eslint/max-params -- who names whom, and where
function checkAgent(construct: OrgPart, field: string, agent: Agent, report: Report): void {
  if (!takesTasks(agent)) report({ construct, field, got: describe(agent), must: 'be an agent that takes tasks' });
}

function checkSteps(pipeline: Pipeline, takers: readonly Agent[], report: Report): void {
  for (const [at, { by }] of pipeline.steps.entries()) {
    const field = `steps[${at}].by`;
    if (by instanceof Agent) checkAgent(pipeline, field, by, report);
    else if (!takers.some(({ skills }) => by.every((skill) => skills.includes(skill))))
      report({ construct: pipeline, field, fix: fixFor(by, takers), got: by, must: 'be skills that one agent has that takes tasks' });
  }
}

function agentsOf(org: Org): Agent[] {
  return org.children.filter((part) => part instanceof Agent);
}

/** The workers of all others are not told of the dispatcher. */
function takesTasks({ run: { mode } }: Agent): boolean {
  return mode.kind === 'job' || mode.kind === 'pool';
}

function describe({ name, run: { mode } }: Agent): string {
  return `${name}, which runs as a ${mode.kind}`;
}

function fixFor(wanted: readonly string[], takers: readonly Agent[]): string {
  const known = takers.flatMap(({ skills }) => skills);
  const [unknown] = wanted.filter((skill) => !known.includes(skill));
  const meant = unknown === undefined ? undefined : nearest(unknown, known);
  if (meant !== undefined) return `did you mean '${meant}'?`;
  return 'give the skills to one agent that runs by Run.job or Run.pool';
}

function addAgents(org: Org): readonly [Agent, Agent] {
  const runtime = WorkerRuntime.shell({ command: ['true'] });
  return [
    new Agent(org, 'ada', { run: Run.job(), runtime, skills: ['git'] }),
    new Agent(org, 'bob', { run: Run.schedule('0 7 * * *', { deadline: Duration.minutes(5) }), runtime }),
  ];
}
