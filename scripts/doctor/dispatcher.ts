import { Agent, type Fleet, type Org } from '../../constructs/index.ts';
import { plural } from '../print.ts';
import { type ClusterReader, fieldOf, listAt } from './cluster-reader.ts';
import { notChecked, ok, type Result, warning } from './result.ts';

const CHECK = 'dispatcher';
const DEPLOYMENT = 'fleetwright/dispatcher';

/** Whether somebody hands out the tasks of a fleet, and whether KEDA may ask how many there are. */
export async function checkDispatcher(reader: ClusterReader, fleet: Fleet | undefined): Promise<Result[]> {
  const orgs = fleet?.orgs.filter((org) => runs(org, 'job') || runs(org, 'pool')) ?? [];
  if (orgs.length === 0) return [];
  const pools = orgs.filter((org) => runs(org, 'pool'));
  return [await checkDeployment(reader, orgs), ...(await Promise.all(pools.map(async ({ name }) => checkQueues(reader, name))))];
}

function runs({ children }: Org, mode: 'job' | 'pool'): boolean {
  return children.some((part) => part instanceof Agent && part.run.mode.kind === mode);
}

async function checkDeployment(reader: ClusterReader, orgs: readonly Org[]): Promise<Result> {
  const answer = await reader.get('deployments.apps', 'dispatcher', '--namespace=fleetwright');
  if (answer.kind !== 'found') {
    if (answer.kind === 'refused') return notChecked(CHECK, answer.complaint);
    const found = `the cluster has no Deployment ${DEPLOYMENT}; nobody hands out the tasks of ${orgs.map(({ name }) => name).join(', ')}`;
    return warning(
      CHECK,
      found,
      "write stacks/fleetwright.ts with a Dispatcher, list 'fleetwright' under 'orgs' of the environment, and deliver it",
    );
  }
  const [wanted, available] = [
    Number(fieldOf(answer.body, 'spec', 'replicas')),
    Number(fieldOf(answer.body, 'status', 'availableReplicas') ?? 0),
  ];
  if (wanted === available) return ok(CHECK, `${DEPLOYMENT}, ready`);
  const found = `${DEPLOYMENT} has ${available} of ${wanted} pods`;
  return warning(CHECK, found, "look at 'kubectl --namespace fleetwright describe pods'");
}

/** The Secret with the token is not read: KEDA says whether it could ask. */
async function checkQueues(reader: ClusterReader, org: string): Promise<Result> {
  const check = `queues of ${org}`;
  const answer = await reader.get('scaledobjects.keda.sh', `--namespace=${org}`);
  if (answer.kind !== 'found') return notChecked(check, answer.complaint);
  const items = listAt(answer.body, 'items');
  const failing = items.filter((item) =>
    listAt(item, 'status', 'conditions').some((each) => fieldOf(each, 'type') === 'Ready' && fieldOf(each, 'status') === 'False'),
  );
  if (failing.length === 0) return ok(check, `${plural(items.length, 'ScaledObject')}, and none that may not ask`);
  const names = failing.map((item) => String(fieldOf(item, 'metadata', 'name'))).join(', ');
  const fix = `make the Secret 'fleetwright-queue' in namespace '${org}': its key 'token' holds a token of the org with the role viewer`;
  return warning(check, `KEDA cannot ask how long the queue of ${names} is`, fix);
}
