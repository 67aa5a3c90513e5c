import { Agent, type Fleet, Org, Run, WorkerRuntime } from '../../index.ts';

export default function yourOwnAgent(fleet: Fleet): Org {
  const org = new Org(fleet, 'your-own-agent');
  // #region agent
  new Agent(org, 'counter', {
    runtime: WorkerRuntime.shell({ command: ['sh', '/app/agent.sh'] }),
    run: Run.pool({ max: 3 }),
    instructions: 'Count the words.',
  });
  // #endregion
  return org;
}
