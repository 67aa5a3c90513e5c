import type { Agent } from './agent.ts';
import type { Budget } from './budget.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import { findGraphProblems, findStepProblems, type STEP_ON_FAILURE } from './pipeline-problems.ts';
import type { Duration, Usd } from './units.ts';
import { findUnknownProps, type PropNames } from './unknown-props.ts';

/** A person's yes, without which a step does not start. */
export interface StepApproval {
  /** What the person is asked to agree to, in one line: `Merge into main?` */
  readonly reason: string;

  /**
   * How long there is time to say yes, in whole seconds, at most 90 days. Silence is a no.
   *
   * @default Duration.days(1)
   */
  readonly timeout?: Duration;
}

/** How much a step may hand on to other agents, as sub-tasks of its own. */
export interface SubTaskLimits {
  /** How many in all, those below them included; 1 to 10,000. */
  readonly count: number;

  /**
   * How many levels below the step; 1 to 16.
   *
   * @default 1
   */
  readonly depth?: number;

  /**
   * How many may be unfinished at once; 1 to 10,000.
   *
   * @default no limit but `count`
   */
  readonly parallel?: number;

  /**
   * What they may reserve together.
   *
   * @default no limit but the budgets of the agents
   */
  readonly budget?: Usd;
}

/** What becomes of a step when one that it needs does not succeed: it ends too, it is left out, or it runs all the same. */
export type StepOnFailure = (typeof STEP_ON_FAILURE)[number];

/** A task of a pipeline. */
export interface PipelineStep<Id extends string = string> {
  /** Name within the pipeline. */
  readonly id: Id;

  /** Who works on it: an agent, or skills. Of the agents that have all of the skills, the one with the least to do is chosen. */
  readonly by: Agent | readonly string[];

  /** What it is, in one line. People see it before the title of the run. */
  readonly title: string;

  /**
   * What is to be done. The agent is given it beside the input of the run, which is never mixed into it: what comes from outside is data.
   *
   * @default ''
   */
  readonly instructions?: string;

  /**
   * Steps that must have ended before this one starts. Their results are passed on to it, under their ids.
   *
   * @default none
   */
  readonly needs?: readonly NoInfer<Id>[];

  /**
   * What becomes of it when one of `needs` does not succeed.
   *
   * @default 'cancel'
   */
  readonly onFailure?: StepOnFailure;

  /**
   * How often it is tried before it is given up; 1 to 100.
   *
   * @default that of the agent
   */
  readonly attempts?: number;

  /**
   * How long one attempt may take, in whole seconds, at most 90 days.
   *
   * @default that of the agent
   */
  readonly deadline?: Duration;

  /**
   * What it may spend on models.
   *
   * @default that of the agent
   */
  readonly budget?: Budget<'task'>;

  /**
   * Asks a person before it starts, once all that it needs is there.
   *
   * @default nobody is asked
   */
  readonly approval?: StepApproval;

  /**
   * What it may hand on to other agents.
   *
   * @default nothing
   */
  readonly subTasks?: SubTaskLimits;
}

/** Properties of `Pipeline`. */
export interface PipelineProps<Id extends string = string> {
  /** The steps, at most 100. Their order is that of the list where `needs` leaves it open. */
  readonly steps: readonly PipelineStep<Id>[];
}

const PIPELINE_PROPS: PropNames<PipelineProps> = {
  steps: {
    id: true,
    by: true,
    title: true,
    instructions: true,
    needs: true,
    onFailure: true,
    attempts: true,
    deadline: true,
    budget: true,
    approval: { reason: true, timeout: true },
    subTasks: { count: true, depth: true, parallel: true, budget: true },
  },
};

/**
 * A graph of tasks: who does what, after what, and where a person has a say. It is started by a `Trigger`, by a person, or through the API;
 * each run has its own input.
 */
export class Pipeline<Id extends string = string> extends OrgPart {
  readonly steps: readonly PipelineStep<Id>[];

  constructor(org: Org, id: string, props: PipelineProps<Id>) {
    super(org, id);
    this.refuse(findUnknownProps(props, PIPELINE_PROPS));
    this.steps = freezeSteps(props.steps);
    this.refuse(this.steps.flatMap((step, at) => findStepProblems(step, `steps[${at}]`, org)));
    this.refuse(findGraphProblems(this.steps));
  }
}

/** Whether something is a pipeline, whatever the names of its steps. */
export function isPipeline(part: unknown): part is Pipeline {
  return part instanceof Pipeline;
}

/** Copies, so that nothing changes once it has been looked at. */
function freezeSteps<Id extends string>(steps: unknown): readonly PipelineStep<Id>[] {
  if (!Array.isArray(steps)) return [];
  return Object.freeze(Array.from(steps as readonly PipelineStep<Id>[], (step) => Object.freeze({ ...step })));
}
