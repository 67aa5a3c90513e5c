import { findRightProblems } from './api-rights.ts';
import { findChoiceProblems } from './choices.ts';
import { InvalidValueError, refuseValue } from './errors.ts';
import { findSentenceProblems } from './sentences.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** What an agent may do with objects of the Kubernetes API. */
export type ApiVerb = (typeof VERBS)[number];

/** Options of `ApiAccess.to`. */
export interface ApiAccessOptions {
  /** What it may do. */
  readonly verbs: readonly ApiVerb[];

  /** Why it is needed; written into the Role, where reviewers see it. */
  readonly reason: string;

  /**
   * The API group of the resources; empty for the core group.
   *
   * @default ''
   */
  readonly group?: string;
}

const ACCESS_OPTIONS: PropNames<ApiAccessOptions> = { verbs: true, reason: true, group: true };

/**
 * A right to the Kubernetes API within the agent's own namespace. Agents have none, and no token, unless they are given one.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export class ApiAccess {
  readonly resources: readonly string[];
  readonly verbs: readonly ApiVerb[];
  readonly group: string;
  readonly reason: string;

  /** Rights to resources by their plural name: `ApiAccess.to(['pods', 'pods/log'], …)`. Ways to secrets or to more rights are refused, and writing what runs pods or guards the org. */
  static to(resources: readonly string[], options: ApiAccessOptions): ApiAccess {
    refuseUnknownProps('ApiAccess.to', options, ACCESS_OPTIONS);
    return new ApiAccess(resources, options);
  }

  private constructor(resources: readonly string[], { verbs, reason, group = '' }: ApiAccessOptions) {
    this.resources = Object.freeze([...new Set(resources)].sort());
    this.verbs = Object.freeze([...new Set(verbs)].sort());
    this.group = group;
    this.reason = reason;
    refuseNonsense(this);
    Object.freeze(this);
  }
}

function refuseNonsense({ resources, verbs, group, reason }: ApiAccess): void {
  const what = 'ApiAccess.to';
  const bad = resources.find((resource) => !/^[a-z]+(\/[a-z]+)?$/.test(resource));
  if (bad !== undefined || resources.length === 0) {
    throw new InvalidValueError(what, {
      prop: 'resources',
      must: "be plural names such as 'pods' or 'pods/log', without '*'",
      got: bad ?? resources,
    });
  }
  if (verbs.length === 0) throw new InvalidValueError(what, { prop: 'verbs', must: 'name at least one verb', got: verbs });
  if (!/^([a-z0-9][-a-z0-9.]*)?$/.test(group))
    throw new InvalidValueError(what, { prop: 'group', must: "be an API group such as 'apps'", got: group });
  for (const verb of verbs) refuseValue(what, findChoiceProblems('verbs', verb, VERBS));
  refuseValue(what, findRightProblems(group, resources, verbs));
  refuseValue(what, findSentenceProblems('reason', reason, 'say why it is needed'));
}
