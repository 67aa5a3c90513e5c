import { findChoiceProblems } from './choices.ts';
import { type Problem, refuseValue } from './errors.ts';
import { findListProblems } from './kinds.ts';
import { isHostName } from './names.ts';
import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import { findSentenceProblems } from './sentences.ts';
import { findUnknownProps, type PropNames, refuseUnknownProps } from './unknown-props.ts';

const DEPTHS = ['exact', 'one', 'any'] as const;
const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'] as const;

/**
 * How far below a host name an intent reaches. `exact`: the name alone. `one`: names with exactly one label more.
 * `any`: names with one label or more. Neither `one` nor `any` includes the name itself.
 */
export type EgressDepth = (typeof DEPTHS)[number];

/** Methods of HTTP requests that a proxy can see. */
export type HttpMethod = (typeof METHODS)[number];

/** What every egress intent says. */
export interface EgressOptions {
  /** Why it is needed; shown to reviewers. */
  readonly reason: string;

  /**
   * How far below the host it reaches.
   *
   * @default 'exact'
   */
  readonly depth?: EgressDepth;

  /**
   * Who answers for it, such as a team.
   *
   * @default the org
   */
  readonly owner?: string;

  /**
   * The last day on which it counts, as `YYYY-MM-DD`. After it, `fleetwright check` refuses the intent.
   *
   * @default it does not expire
   */
  readonly expires?: string;
}

/** Options of `Egress.host`. */
export interface HostEgressOptions extends EgressOptions {
  /**
   * TCP ports.
   *
   * @default [443]
   */
  readonly ports?: readonly number[];
}

/** Options of `Egress.plainHttp`. */
export interface PlainHttpEgressOptions extends EgressOptions {
  /**
   * The methods that are let through.
   *
   * @default ['GET', 'HEAD']
   */
  readonly methods?: readonly HttpMethod[];
}

const EGRESS_OPTIONS: PropNames<EgressOptions> = { reason: true, depth: true, owner: true, expires: true };
const HOST_OPTIONS: PropNames<HostEgressOptions> = { ...EGRESS_OPTIONS, ports: true };
const PLAIN_HTTP_OPTIONS: PropNames<PlainHttpEgressOptions> = { ...EGRESS_OPTIONS, methods: true };

/** The intent to reach hosts outside the cluster by name. What is not intended is refused. */
export class Egress {
  readonly host: string;
  readonly depth: EgressDepth;
  readonly ports: readonly number[];
  /** Empty where nobody on the way sees a method. */
  readonly methods: readonly HttpMethod[];
  readonly reason: string;
  readonly owner: string | undefined;
  readonly expires: string | undefined;

  /** Connections to a host, or to the names below it, inside which nobody sees anything: TLS, or SSH by its port. */
  static host(host: string, options: HostEgressOptions): Egress {
    refuseUnknownProps('Egress.host', options, HOST_OPTIONS);
    return new Egress(host, options, options.ports ?? [443], []);
  }

  /** Unencrypted HTTP on port 80, by method. */
  static plainHttp(host: string, options: PlainHttpEgressOptions): Egress {
    refuseUnknownProps('Egress.plainHttp', options, PLAIN_HTTP_OPTIONS);
    return new Egress(host, options, [80], options.methods ?? ['GET', 'HEAD']);
  }

  private constructor(host: string, options: EgressOptions, ports: readonly number[], methods: readonly HttpMethod[]) {
    this.host = host;
    this.depth = options.depth ?? 'exact';
    this.ports = Object.freeze([...ports].sort((a, b) => a - b));
    this.methods = Object.freeze([...methods].sort());
    this.reason = options.reason;
    this.owner = options.owner;
    this.expires = options.expires;
    refuseValue(`Egress to '${host}'`, [...findEgressProblems(this), ...findReviewProblems(this)]);
    Object.freeze(this);
  }
}

/** Properties of `EgressPolicy`. */
export interface EgressPolicyProps {
  /** What is let through. */
  readonly allow: readonly Egress[];
}

const POLICY_PROPS: PropNames<EgressPolicyProps> = { allow: true };

/** A named list of egress intents that several parts of an org share. */
export class EgressPolicy extends OrgPart {
  readonly allow: readonly Egress[];

  constructor(org: Org, id: string, props: EgressPolicyProps) {
    super(org, id);
    this.refuse(findUnknownProps(props, POLICY_PROPS));
    this.allow = Object.freeze([...props.allow]);
    if (this.allow.length === 0) {
      this.refuse([{ prop: 'allow', must: 'name at least one host', got: [], hint: 'leave the policy out instead' }]);
    }
    this.refuse(findListProblems('allow', this.allow, Egress));
  }
}

/** What a part may be given: single intents and shared policies. */
export type EgressGrant = Egress | EgressPolicy;

/** The single intents of a list of grants, each once. */
export function flattenEgress(grants: readonly EgressGrant[]): Egress[] {
  return [...new Set(grants.flatMap((grant) => (grant instanceof EgressPolicy ? grant.allow : [grant])))];
}

function findEgressProblems({ host, depth, ports, methods }: Egress): Problem[] {
  const problems: Problem[] = [];
  if (!isHostName(host)) {
    problems.push({
      prop: 'host',
      must: "be a full host name in lower case, without '*', port or address",
      got: host,
      hint: "reach names below it by 'depth'",
    });
  }
  if (
    ports.length === 0 ||
    ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535) ||
    new Set(ports).size < ports.length
  ) {
    problems.push({ prop: 'ports', must: 'be different whole numbers from 1 to 65535', got: ports });
  }
  if (ports.includes(80) && methods.length === 0) {
    problems.push({ prop: 'ports', must: 'not be 80, where anyone sees what is sent', got: ports, hint: 'use Egress.plainHttp' });
  }
  for (const method of methods) problems.push(...findChoiceProblems('methods', method, METHODS));
  problems.push(...findChoiceProblems('depth', depth, DEPTHS));
  return problems;
}

function findReviewProblems({ reason, owner, expires }: Egress): Problem[] {
  const problems = findSentenceProblems('reason', reason, 'say why the host is needed');
  if (owner !== undefined) problems.push(...findSentenceProblems('owner', owner, 'name who answers for it'));
  if (expires !== undefined && !isDay(expires)) problems.push({ prop: 'expires', must: 'be a day as YYYY-MM-DD', got: expires });
  return problems;
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
