import { DispatcherDatabase } from './dispatcher-database.ts';
import { InvalidPropsError, type Problem } from './errors.ts';
import { Exposure } from './exposure.ts';
import { findKindProblems } from './kinds.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import { findResourceProblems, type Resources, RESOURCES } from './resources.ts';
import type { Secret } from './secret.ts';
import { Trigger } from './trigger.ts';
import { Cpu, Size } from './units.ts';
import { findUnknownProps, type PropNames } from './unknown-props.ts';

/** Where workers look for it: `dispatcher.fleetwright.svc.cluster.local`. */
const NAME = 'dispatcher';
const NAMESPACE = 'fleetwright';

/** Properties of `Dispatcher`. */
export interface DispatcherProps {
  /** Where tasks are kept. */
  readonly database: DispatcherDatabase;

  /**
   * How people reach its page and its API from outside the cluster, at `https://dispatcher.fleetwright.<domain>`. Webhooks of triggers
   * come in there in any case: they are signed.
   *
   * @default not at all: `kubectl port-forward` leads there
   */
  readonly expose?: Exposure;

  /**
   * How many pods serve; 1 to 20, and 1 with an embedded database. Each can do all the work.
   *
   * @default 2; 1 with an embedded database
   */
  readonly replicas?: number;

  /**
   * What one pod may use.
   *
   * @default 250m CPU, 512Mi memory, 512Mi scratch space; with an embedded database 1Gi memory
   */
  readonly resources?: Resources;
}

const DISPATCHER_PROPS: PropNames<DispatcherProps> = { database: true, expose: true, replicas: true, resources: RESOURCES };

const RESOURCES_OF: Resources = { cpu: Cpu.millis(250), memory: Size.mebibytes(512), ephemeralStorage: Size.mebibytes(512) };
const EMBEDDED_RESOURCES: Resources = { ...RESOURCES_OF, memory: Size.gibibytes(1) };

/**
 * The controller that hands out the tasks of all orgs of an environment. It stands in an org of its own, which is called `fleetwright`: a
 * namespace that no agent shares, behind the same walls.
 */
export class Dispatcher extends OrgPart {
  readonly database: DispatcherDatabase;
  readonly expose: Exposure | undefined;
  readonly replicas: number;
  readonly resources: Resources;

  constructor(org: Org, props: DispatcherProps) {
    if (org.name !== NAMESPACE) {
      const hint = `write stacks/${NAMESPACE}.ts, and list it in the environment`;
      throw new InvalidPropsError(`${org.node.path}/${NAME}`, [{ prop: 'org', must: `be called '${NAMESPACE}'`, got: org.name, hint }]);
    }
    super(org, NAME);
    this.refuse([...findUnknownProps(props, DISPATCHER_PROPS), ...findKindProblems('database', props.database, DispatcherDatabase)]);
    const { database, expose, replicas, resources } = props;
    const isEmbedded = database.store.kind === 'embedded';
    this.database = database;
    this.expose = expose;
    this.replicas = replicas ?? (isEmbedded ? 1 : 2);
    this.resources = resources ?? (isEmbedded ? EMBEDDED_RESOURCES : RESOURCES_OF);
    this.refuse([...findDispatcherProblems(this), ...findResourceProblems('resources', this.resources)]);
  }

  /** The triggers of all orgs whose secrets it reads, in the order of their creation. */
  get hooks(): (Trigger & { readonly secret: Secret })[] {
    return this.org.fleet.orgs.flatMap(({ children }) => children.filter(isHook));
  }
}

/**
 * Name of the Kubernetes Secret, in the dispatcher's namespace, with the secret of a trigger. It is led by the org, so that no org reads what
 * is another's, or the dispatcher's own: no name of an org has a dot.
 */
export function hookSecretName({ objectName, org }: Secret): string {
  return `hook.${org.name}.${objectName}`;
}

function isHook(part: unknown): part is Trigger & { readonly secret: Secret } {
  return part instanceof Trigger && part.secret !== undefined;
}

function findDispatcherProblems({ database, expose, replicas }: Dispatcher): Problem[] {
  const problems = expose === undefined ? [] : findKindProblems('expose', expose, Exposure);
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > 20)
    problems.push({ prop: 'replicas', must: 'be a whole number from 1 to 20', got: replicas });
  else if (database.store.kind === 'embedded' && replicas > 1)
    problems.push({ prop: 'replicas', must: 'be 1 where the database is embedded: two processes would spoil it', got: replicas });
  return problems;
}
