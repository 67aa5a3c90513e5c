import { type Problem, refuseValue } from './errors.ts';
import { findChoiceProblems } from './choices.ts';
import { findListProblems } from './kinds.ts';
import { ModelDeployment } from './model-deployment.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import { Duration } from './units.ts';
import { findUnknownProps, type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** Properties of `Model`. */
export interface ModelProps {
  /** Where it is served. Calls are spread over them by weight. */
  readonly deployments: readonly ModelDeployment[];

  /**
   * Models that are tried, in this order, when all deployments fail. An agent that may use this model may use them too.
   *
   * @default []
   */
  readonly fallbacks?: readonly Model[];

  /**
   * Regions in the order of preference: deployments in the first are used while they work, then those in the second.
   * Each must be the region of a deployment.
   *
   * @default deployments of all regions alike
   */
  readonly regions?: readonly string[];

  /**
   * How often a failed call is tried again on another deployment before fallbacks; 0 to 10.
   *
   * @default 2
   */
  readonly retries?: number;

  /**
   * How long a call may take; 1 second to 1 hour, in whole seconds.
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * Whether equal requests get the earlier answer.
   *
   * @default no cache
   */
  readonly cache?: ModelCache;
}

/** Options of `ModelCache.redis`. */
export interface ModelCacheOptions {
  /** How long an answer counts, in whole seconds. */
  readonly ttl: Duration;

  /**
   * Whether agents get each other's answers. Leave it off where prompts hold private data.
   *
   * @default false
   */
  readonly shared?: boolean;
}

const CACHE_OPTIONS: PropNames<ModelCacheOptions> = { ttl: true, shared: true };
const MODEL_PROPS: PropNames<ModelProps> = {
  deployments: true,
  fallbacks: true,
  regions: true,
  retries: true,
  timeout: true,
  cache: true,
};

/** A cache of answers in the org's Redis, which runs beside the gateway once answers, budgets or limits must be shared. */
export class ModelCache {
  readonly ttl: Duration;
  readonly shared: boolean;

  /** Answers kept in Redis. */
  static redis(options: ModelCacheOptions): ModelCache {
    refuseUnknownProps('ModelCache.redis', options, CACHE_OPTIONS);
    return new ModelCache(options);
  }

  private constructor({ ttl, shared = false }: ModelCacheOptions) {
    this.ttl = ttl;
    this.shared = shared;
    refuseValue('ModelCache.redis', findChoiceProblems('shared', shared, [true, false]));
    Object.freeze(this);
  }
}

/** A model as agents know it, independent of who serves it. */
export class Model extends OrgPart {
  readonly deployments: readonly ModelDeployment[];
  readonly fallbacks: readonly Model[];
  readonly regions: readonly string[];
  readonly retries: number;
  readonly timeout: Duration;
  readonly cache: ModelCache | undefined;

  constructor(org: Org, id: string, props: ModelProps) {
    super(org, id);
    this.refuse(findUnknownProps(props, MODEL_PROPS));
    this.deployments = Object.freeze([...props.deployments]);
    this.fallbacks = Object.freeze([...(props.fallbacks ?? [])]);
    this.regions = Object.freeze([...(props.regions ?? [])]);
    this.retries = props.retries ?? 2;
    this.timeout = props.timeout ?? Duration.minutes(5);
    this.cache = props.cache;
    this.refuse([
      ...findListProblems('deployments', this.deployments, ModelDeployment),
      ...findListProblems('fallbacks', this.fallbacks, Model),
    ]);
    this.refuse([...findModelProblems(this), ...findRegionProblems(this)]);
  }

  /** This model and all that a call of it may end up at, through fallbacks of fallbacks. */
  closure(): Model[] {
    const reached = new Set<Model>([this]);
    for (const model of reached) for (const fallback of model.fallbacks) reached.add(fallback);
    return [...reached];
  }
}

function findModelProblems({ deployments, retries, timeout, cache }: Model): Problem[] {
  const problems: Problem[] = [];
  if (deployments.length === 0) problems.push({ prop: 'deployments', must: 'name at least one deployment', got: [] });
  if (!Number.isInteger(retries) || retries < 0 || retries > 10)
    problems.push({ prop: 'retries', must: 'be a whole number from 0 to 10', got: retries });
  if (!isWholeSeconds(timeout, 3600))
    problems.push({ prop: 'timeout', must: 'be whole seconds from 1 to 3600', got: timeout.toSeconds({ integral: false }) });
  if (cache !== undefined && !isWholeSeconds(cache.ttl, 30 * 86_400)) {
    problems.push({ prop: 'cache.ttl', must: 'be whole seconds, from 1 second to 30 days', got: cache.ttl.toSeconds({ integral: false }) });
  }
  return problems;
}

function findRegionProblems({ deployments, regions }: Model): Problem[] {
  const served = [...new Set(deployments.map((deployment) => deployment.region).filter((region) => region !== undefined))];
  const hint = served.length === 0 ? 'no deployment names a region' : `deployments are in ${served.join(', ')}`;
  const unserved = regions.filter((region) => !served.includes(region));
  const problems: Problem[] = unserved.map((region) => ({ prop: 'regions', must: 'be regions of its deployments', got: region, hint }));
  if (new Set(regions).size < regions.length) problems.push({ prop: 'regions', must: 'name each region once', got: regions });
  return problems;
}

function isWholeSeconds(duration: Duration, longest: number): boolean {
  const seconds = duration.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= longest;
}
