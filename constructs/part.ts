import { Construct } from 'constructs';
import { InvalidPropsError, type Problem } from './errors.ts';
import { findNameProblems } from './names.ts';
import type { Org } from './org.ts';
import { CallSite, type Maker } from './call-site.ts';

/** Ids that an org's own objects use. */
const RESERVED_IDS = new Set(['default', 'egress', 'gateway', 'gateway-cache', 'org']);

/**
 * Base of everything that stands directly in an org: an agent, a tool, a model and so on.
 * It holds a frozen description and has no children; what it becomes is rendered elsewhere.
 */
export abstract class OrgPart extends Construct {
  readonly #callSite: CallSite;

  /** @param maker the function that a stack calls to make the part; by default the part's class */
  constructor(org: Org, id: string, maker?: Maker) {
    const problems = RESERVED_IDS.has(id)
      ? [{ prop: 'id', must: "not be a name of the org's own objects", got: id }]
      : findNameProblems('id', id);
    if (problems.length > 0) throw new InvalidPropsError(`${org.node.path}/${id}`, problems);
    super(org, id);
    this.#callSite = new CallSite(maker ?? new.target);
  }

  /** The org that this part belongs to. */
  get org(): Org {
    return this.node.scope as Org;
  }

  /** The part's id, which is also the name of its objects. */
  get name(): string {
    return this.node.id;
  }

  /** Where the part was created: `stacks/hello.ts:12:3`. */
  get source(): string | undefined {
    return this.#callSite.describe();
  }

  /** Throws all problems of the part at once, with its path. */
  protected refuse(problems: readonly Problem[]): void {
    if (problems.length > 0) throw new InvalidPropsError(this.node.path, problems);
  }
}
