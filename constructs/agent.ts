import type { JsonPatch } from 'cdk8s';
import { findAgentProblems, findMadeOtherwise } from './agent-problems.ts';
import type { ApiAccess } from './api-access.ts';
import type { Budget } from './budget.ts';
import { type Egress, type EgressGrant, flattenEgress } from './egress.ts';
import { type Escalation, ESCALATION_PROPS } from './escalation.ts';
import type { Guardrail } from './guardrail.ts';
import type { Memory } from './memory.ts';
import type { Model } from './model.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import type { Persona } from './persona.ts';
import type { Run } from './run.ts';
import type { WorkerRuntime } from './runtime.ts';
import type { BrokeredSecret, Secret } from './secret.ts';
import type { Tool } from './tool.ts';
import { findUnknownProps, type PropNames } from './unknown-props.ts';
import type { Workspace } from './workspace.ts';

/** The models of an agent, by what it uses them for. */
export interface AgentModels {
  /** What it thinks with. */
  readonly primary: Model;

  /**
   * For hard questions.
   *
   * @default primary
   */
  readonly reasoning?: Model;

  /**
   * For choosing and calling tools.
   *
   * @default primary
   */
  readonly toolCalling?: Model;

  /**
   * For shortening long texts.
   *
   * @default primary
   */
  readonly summarization?: Model;
}

/** How often an agent may call models. */
export interface RateLimit {
  /** Calls per minute. */
  readonly requestsPerMinute: number;

  /**
   * Tokens per minute.
   *
   * @default no limit
   */
  readonly tokensPerMinute?: number;
}

/** Properties of `Agent`. */
export interface AgentProps {
  /** What runs in its container. */
  readonly runtime: WorkerRuntime;

  /** How it comes to run. */
  readonly run: Run;

  /**
   * What it is good at: `['typescript', 'review']`. Tasks and steps of pipelines may ask for skills rather than for an agent by its name.
   *
   * @default none
   */
  readonly skills?: readonly string[];

  /**
   * The models it may use.
   *
   * @default none
   */
  readonly models?: AgentModels;

  /**
   * The tools it may use.
   *
   * @default none
   */
  readonly tools?: readonly Tool[];

  /**
   * Its voice.
   *
   * @default none
   */
  readonly persona?: Persona;

  /**
   * Its task, or for a service its standing orders.
   *
   * @default ''
   */
  readonly instructions?: string;

  /**
   * The folder it works in.
   *
   * @default none
   */
  readonly workspace?: Workspace;

  /**
   * The Git repository that it works on: `https://git.example.com/shop/app.git`. Each task gets a clone of its own. Its host must be among
   * `brokered`, whose secret git then uses without anybody in the pod seeing it, or among `egress`. For the runtime `reference`, with a workspace.
   *
   * @default none
   */
  readonly repository?: string;

  /**
   * What it remembers between tasks.
   *
   * @default nothing
   */
  readonly memory?: Memory;

  /**
   * Hosts outside the cluster that it may reach.
   *
   * @default none
   */
  readonly egress?: readonly EgressGrant[];

  /**
   * What it may spend on models. By day or month, the gateway refuses calls beyond it.
   *
   * A task sets money aside before it runs: what `Budget.perTask` or a step of a pipeline says, or else all that is left of the agent's
   * budget; without one, all that is left of the org's, so that no other task of the org runs meanwhile.
   *
   * @default the org's budget is its only limit
   */
  readonly budget?: Budget;

  /**
   * When people are told of its tasks.
   *
   * @default the org's rules
   */
  readonly escalation?: Escalation;

  /**
   * How often it may call models.
   *
   * @default no limit
   */
  readonly rateLimit?: RateLimit;

  /**
   * What it may not send to models, on top of the org's guardrails.
   *
   * @default none
   */
  readonly guardrails?: readonly Guardrail[];

  /**
   * Secrets that it gets as files, `/etc/secrets/<id>/<key>`.
   *
   * @default none
   */
  readonly secrets?: readonly Secret[];

  /**
   * Secrets that it uses through a broker without ever seeing them. The broker's address is in `<ID>_URL`.
   *
   * @default none
   */
  readonly brokered?: readonly BrokeredSecret[];

  /**
   * Rights to the Kubernetes API in its namespace. With the first right it gets a short-lived token.
   *
   * @default none, and no token
   */
  readonly apiAccess?: readonly ApiAccess[];

  /**
   * Environment variables. Those of the contract cannot be replaced.
   *
   * @default none
   */
  readonly env?: Readonly<Record<string, string>>;
}

const AGENT_PROPS: PropNames<AgentProps> = {
  runtime: true,
  run: true,
  skills: true,
  models: { primary: true, reasoning: true, toolCalling: true, summarization: true },
  tools: true,
  persona: true,
  instructions: true,
  workspace: true,
  repository: true,
  memory: true,
  egress: true,
  budget: true,
  escalation: ESCALATION_PROPS,
  rateLimit: { requestsPerMinute: true, tokensPerMinute: true },
  guardrails: true,
  secrets: true,
  brokered: true,
  apiAccess: true,
  env: true,
};

/** An agent: who works, with what, on what, within which limits. */
export class Agent extends OrgPart {
  readonly runtime: WorkerRuntime;
  readonly run: Run;
  readonly skills: readonly string[];
  readonly models: AgentModels | undefined;
  readonly tools: readonly Tool[];
  readonly persona: Persona | undefined;
  readonly instructions: string;
  readonly workspace: Workspace | undefined;
  readonly repository: string | undefined;
  readonly memory: Memory | undefined;
  readonly egress: readonly EgressGrant[];
  readonly budget: Budget | undefined;
  readonly escalation: Escalation | undefined;
  readonly rateLimit: RateLimit | undefined;
  readonly guardrails: readonly Guardrail[];
  readonly secrets: readonly Secret[];
  readonly brokered: readonly BrokeredSecret[];
  readonly apiAccess: readonly ApiAccess[];
  readonly env: Readonly<Record<string, string>>;
  readonly #patches: { kind: string; patches: readonly JsonPatch[] }[] = [];

  constructor(org: Org, id: string, props: AgentProps) {
    super(org, id);
    this.refuse(findUnknownProps(props, AGENT_PROPS));
    this.runtime = props.runtime;
    this.run = props.run;
    this.skills = props.skills ?? NONE;
    this.models = props.models;
    this.tools = props.tools ?? NONE;
    this.persona = props.persona;
    this.instructions = props.instructions ?? '';
    this.workspace = props.workspace;
    this.repository = props.repository;
    this.memory = props.memory;
    this.egress = props.egress ?? NONE;
    this.budget = props.budget;
    this.escalation = props.escalation;
    this.rateLimit = props.rateLimit;
    this.guardrails = props.guardrails ?? NONE;
    this.secrets = props.secrets ?? NONE;
    this.brokered = props.brokered ?? NONE;
    this.apiAccess = props.apiAccess ?? NONE;
    this.env = props.env ?? {};
    this.refuse(findMadeOtherwise(this));
    this.refuse(findAgentProblems(this));
  }

  /**
   * Changes the rendered objects of one kind, after everything else: the way out for what no prop says.
   *
   * @param kind the objects' kind: `Deployment`
   * @param patches operations of RFC 6902: `JsonPatch.add('/spec/revisionHistoryLimit', 3)`
   * @see https://cdk8s.io/docs/latest/basics/escape-hatches/
   */
  addJsonPatch(kind: string, ...patches: JsonPatch[]): void {
    if (this.node.locked) this.refuse([{ prop: 'addJsonPatch', must: 'be called by the stack of its own org' }]);
    this.#patches.push({ kind, patches });
  }

  /** The patches added so far, in order. */
  get patches(): readonly { readonly kind: string; readonly patches: readonly JsonPatch[] }[] {
    return [...this.#patches];
  }

  /** The models that its key admits: its own and what they may fall back to, each once. */
  admittedModels(): Model[] {
    return [...new Set(Object.values(this.models ?? {}).flatMap((model: Model) => model.closure()))];
  }

  /** The hosts outside the cluster that its own props and its sidecar tools name, each once. */
  intents(): Egress[] {
    const sidecars = this.tools.filter((tool) => tool.placement.at.kind === 'sidecar');
    return [...new Set([...flattenEgress(this.egress), ...sidecars.flatMap((tool) => tool.intents())])];
  }
}

const NONE: readonly never[] = Object.freeze([]);
