import { Construct } from 'constructs';
import { InvalidPropsError } from './errors.ts';
import { Guardrail } from './guardrail.ts';
import { findListProblems } from './kinds.ts';
import { Model } from './model.ts';
import type { Org } from './org.ts';
import { type Resources, findResourceProblems, RESOURCES } from './resources.ts';
import { Cpu, Size } from './units.ts';
import type { PropNames } from './unknown-props.ts';

/** Properties of `ModelGateway`. */
export interface ModelGatewayProps {
  /**
   * How many pods serve; 1 to 50. One handles about 25 requests a second for each core.
   *
   * @default 2
   */
  readonly replicas?: number;

  /**
   * What no agent of the org may send to any model.
   *
   * @default [Guardrail.secrets()]
   */
  readonly guardrails?: readonly Guardrail[];

  /**
   * What one pod may use.
   *
   * @default 500m CPU, 1Gi memory, 512Mi scratch space
   */
  readonly resources?: Resources;
}

/** The names of its props, which an org is given. */
export const GATEWAY_PROPS: PropNames<ModelGatewayProps> = { replicas: true, guardrails: true, resources: RESOURCES };

const GATEWAY_RESOURCES: Resources = { cpu: Cpu.millis(500), memory: Size.gibibytes(1), ephemeralStorage: Size.mebibytes(512) };

/**
 * The one way from an org's agents to models. It holds the providers' keys; an agent has a key of its own, which admits it
 * to its own models and what they may fall back to. It runs once the org has a model.
 */
export class ModelGateway extends Construct {
  readonly replicas: number;
  readonly guardrails: readonly Guardrail[];
  readonly resources: Resources;

  constructor(org: Org, props: ModelGatewayProps) {
    super(org, 'gateway');
    this.replicas = props.replicas ?? 2;
    this.guardrails = Object.freeze([...(props.guardrails ?? [Guardrail.secrets()])]);
    this.resources = props.resources ?? GATEWAY_RESOURCES;
    const problems = [...findResourceProblems('resources', this.resources), ...findListProblems('guardrails', this.guardrails, Guardrail)];
    if (!Number.isInteger(this.replicas) || this.replicas < 1 || this.replicas > 50) {
      problems.push({ prop: 'replicas', must: 'be a whole number from 1 to 50', got: this.replicas });
    }
    if (problems.length > 0) throw new InvalidPropsError(this.node.path, problems);
  }

  /** The org's models, in the order of their creation. */
  get models(): Model[] {
    return (this.node.scope?.node.children ?? []).filter((child) => child instanceof Model);
  }
}
