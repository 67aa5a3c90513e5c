import { Construct, type IConstruct } from 'constructs';
import type { Budget } from './budget.ts';
import { CallSite } from './call-site.ts';
import type { Engine } from './engine.ts';
import { InvalidPropsError, type Problem } from './errors.ts';
import { type Escalation, ESCALATION_PROPS, findEscalationProblems } from './escalation.ts';
import type { Fleet } from './fleet.ts';
import { GATEWAY_PROPS, ModelGateway, type ModelGatewayProps } from './model-gateway.ts';
import { findNameProblems } from './names.ts';
import { Cpu, Size } from './units.ts';
import { findUnknownProps, type PropNames } from './unknown-props.ts';

/** Limits of all pods and volumes of an org together. */
export interface Quota {
  /** CPU limits. */
  readonly cpu: Cpu;
  /** Memory limits. */
  readonly memory: Size;
  /** Scratch space limits. */
  readonly ephemeralStorage: Size;
  /** Requested volume space. */
  readonly storage: Size;
  /** Number of pods. */
  readonly pods: number;
}

/** Properties of `Org`. */
export interface OrgProps {
  /**
   * What the org may spend on models. The daily or monthly budgets of its agents must fit into it.
   *
   * @default no limit but those of the agents
   */
  readonly budget?: Budget<'day' | 'month'>;

  /**
   * When people are told of the tasks of its agents.
   *
   * @default after three failures, an hour of silence, four fifths of a task's budget, a quarter of an hour without an approval
   */
  readonly escalation?: Escalation;

  /**
   * Limits of all its pods and volumes together. An environment may set others.
   *
   * @default 32 cores, 64Gi memory, 64Gi scratch space, 200Gi volumes, 100 pods
   */
  readonly quota?: Quota;

  /**
   * Who answers for it, such as a team's name.
   *
   * @default nobody is named
   */
  readonly owner?: string;

  /**
   * The way to models.
   *
   * @default ModelGateway's defaults
   */
  readonly gateway?: ModelGatewayProps;
}

const ORG_PROPS: PropNames<OrgProps> = {
  budget: true,
  escalation: ESCALATION_PROPS,
  quota: { cpu: true, memory: true, ephemeralStorage: true, storage: true, pods: true },
  owner: true,
  gateway: GATEWAY_PROPS,
};

const QUOTA: Quota = {
  cpu: Cpu.cores(32),
  memory: Size.gibibytes(64),
  ephemeralStorage: Size.gibibytes(64),
  storage: Size.gibibytes(200),
  pods: 100,
};

/** A tenant: a namespace of its own, closed to all others, with its limits, its way to models and its way out. */
export class Org extends Construct {
  readonly budget: Budget<'day' | 'month'> | undefined;
  readonly escalation: Escalation | undefined;
  readonly quota: Quota;
  readonly owner: string | undefined;
  /** The way to models. */
  readonly gateway: ModelGateway;
  readonly #callSite: CallSite;
  #children: readonly IConstruct[] | undefined;

  constructor(fleet: Fleet, id: string, props: OrgProps = {}) {
    const problems = [...findNameProblems('id', id), ...findUnknownProps(props, ORG_PROPS), ...findOrgProblems(id, props)];
    if (problems.length > 0) throw new InvalidPropsError(`${fleet.node.path}/${id}`, problems);
    super(fleet, id);
    this.#callSite = new CallSite(new.target);
    this.budget = props.budget;
    this.escalation = props.escalation;
    this.quota = props.quota ?? QUOTA;
    this.owner = props.owner;
    this.gateway = new ModelGateway(this, props.gateway ?? {});
  }

  /** The fleet that this org belongs to. */
  get fleet(): Fleet {
    return this.node.scope as Fleet;
  }

  /** What stands directly in it, in the order of creation: as `node.children`, but made once for all who ask after its stack has ended. */
  get children(): readonly IConstruct[] {
    if (!this.node.locked) return this.node.children;
    return (this.#children ??= this.node.children);
  }

  /** The org's id, which is also its namespace. */
  get name(): string {
    return this.node.id;
  }

  /** Who applies its objects in this environment. */
  get engine(): Engine {
    return this.fleet.environment.orgs[this.name]?.engine ?? 'argo';
  }

  /** Where the org was created: `stacks/hello.ts:12:3`. */
  get source(): string | undefined {
    return this.#callSite.describe();
  }
}

function findOrgProblems(id: string, { budget, quota, owner, escalation }: OrgProps): Problem[] {
  const problems = findEscalationProblems(escalation);
  if (/^(kube-|openshift-)|^(argocd|default)$/.test(id)) {
    problems.push({ prop: 'id', must: 'not be a namespace that belongs to the cluster', got: id });
  }
  if (owner !== undefined && !/^[\w][-\w.@/ ]{0,62}$/.test(owner)) {
    problems.push({ prop: 'owner', must: 'be 1 to 63 letters, digits, spaces and -_.@/', got: owner });
  }
  // Stacks run without a check of types, and a limit on each task would be none on the org.
  if (budget !== undefined && !['day', 'month'].includes(budget.period)) {
    problems.push({ prop: 'budget', must: 'be Budget.perDay(…) or Budget.perMonth(…)', got: String(budget) });
  }
  if (quota !== undefined && (!Number.isInteger(quota.pods) || quota.pods < 1)) {
    problems.push({ prop: 'quota.pods', must: 'be a whole number above 0', got: quota.pods });
  }
  return problems;
}
