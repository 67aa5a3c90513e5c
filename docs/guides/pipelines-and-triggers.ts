import { Agent, Budget, Duration, type Fleet, Org, Pipeline, Run, Secret, Trigger, usd, WorkerRuntime } from '../../index.ts';

export default function pipelinesAndTriggers(fleet: Fleet): Org {
  const org = new Org(fleet, 'pipelines-and-triggers');
  const runtime = WorkerRuntime.shell({ command: ['/bin/work'] });

  // #region agents
  const planner = new Agent(org, 'planner', { runtime, run: Run.job({ deadline: Duration.minutes(10) }) });
  const coder = new Agent(org, 'coder', { runtime, run: Run.pool({ max: 4 }), skills: ['typescript', 'testing'] });
  const integrator = new Agent(org, 'integrator', { runtime, run: Run.job() });
  // #endregion

  // #region pipeline
  const idea = new Pipeline(org, 'idea', {
    steps: [
      { id: 'plan', by: planner, title: 'Plan', instructions: 'Split the idea into parts that can be built side by side.' },
      { id: 'build', by: coder, title: 'Build', needs: ['plan'], subTasks: { count: 8, parallel: 4 } },
      { id: 'test', by: ['typescript', 'testing'], title: 'Test', needs: ['build'], attempts: 2, budget: Budget.perTask(usd(2)) },
      { id: 'notes', by: planner, title: 'Write notes', needs: ['build'], onFailure: 'run' },
      {
        id: 'merge',
        by: integrator,
        title: 'Merge',
        needs: ['test'],
        approval: { reason: 'Merge into main?', timeout: Duration.hours(8) },
      },
    ],
  });
  // #endregion

  addTriggers(idea, coder, planner);
  return org;
}

function addTriggers(idea: Pipeline, coder: Agent, planner: Agent): void {
  const { org } = idea;

  // #region cron
  Trigger.cron(org, 'weekly', '0 9 * * 1', {
    start: idea,
    title: 'Tidy up',
    timeZone: 'Europe/Berlin',
    input: { idea: 'remove dead code' },
  });
  // #endregion

  // #region github
  Trigger.github(org, 'issues', {
    start: idea,
    title: 'Work on an issue',
    secret: Secret.external(org, 'github-hook', 'secret'),
    events: ['issues.labeled'],
    when: 'data.label.name == "agents" && data.issue.state == "open"',
    input: { number: 'data.issue.number', idea: 'data.issue.title' },
  });
  // #endregion

  // #region webhook
  Trigger.webhook(org, 'alarms', {
    start: coder,
    title: 'Look into an alarm',
    secret: Secret.external(org, 'alarms-hook', 'secret'),
    header: 'X-Signature',
    timestampHeader: 'X-Timestamp',
    input: { alarm: 'data' },
  });
  // #endregion

  // #region event
  Trigger.event(org, 'releases', {
    start: planner,
    title: 'Announce a release',
    type: 'com.example.release',
    input: { version: 'data.version' },
  });
  // #endregion
}
