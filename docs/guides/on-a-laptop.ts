import { Agent, Budget, type Fleet, Org, Run, usd, WorkerRuntime } from '../../index.ts';

/** Two programs that greet: one says what it always says, one asks first. */
export default function onALaptop(fleet: Fleet): Org {
  const org = new Org(fleet, 'on-a-laptop', { budget: Budget.perDay(usd(1)), owner: 'docs' });

  new Agent(org, 'greeter', {
    runtime: WorkerRuntime.shell({ command: ['sh', '-c', `echo "Good morning"; echo '{"greeted": "everybody"}'`] }),
    run: Run.job(),
    budget: Budget.perTask(usd(0.1)),
    instructions: 'Greet everybody.',
  });
  new Agent(org, 'host', {
    runtime: WorkerRuntime.shell({
      command: ['sh', '-c', `name=$(task ask --key name 'Whom shall I greet?') || exit; printf '{"greeted": "%s"}' "$name"`],
    }),
    run: Run.job(),
    budget: Budget.perTask(usd(0.1)),
  });

  return org;
}
