import { InvalidValueError, refuseValue } from './errors.ts';
import { findSentenceProblems } from './sentences.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** Options of `Exposure.signedIn`. */
export interface SignedInOptions {
  /**
   * Groups of the identity provider whose members may enter.
   *
   * @default everyone who can sign in
   */
  readonly groups?: readonly string[];
}

const SIGNED_IN_OPTIONS: PropNames<SignedInOptions> = { groups: true };

/** How people reach an agent from outside the cluster, at `https://<agent>.<org>.<domain>`. */
export class Exposure {
  readonly groups: readonly string[];
  /** Why nobody needs to sign in; `undefined` when they do. */
  readonly publicReason: string | undefined;

  /** Through a sign-in at the environment's OpenID provider. */
  static signedIn(options: SignedInOptions = {}): Exposure {
    refuseUnknownProps('Exposure.signedIn', options, SIGNED_IN_OPTIONS);
    return new Exposure(options.groups ?? [], undefined);
  }

  /** Without a sign-in. The reason is written into the route, where reviewers see it. */
  static public(reason: string): Exposure {
    refuseValue('Exposure.public', findSentenceProblems('reason', reason, 'say why nobody signs in'));
    return new Exposure([], reason);
  }

  private constructor(groups: readonly string[], publicReason: string | undefined) {
    const bad = groups.find((group) => !/^[\w][-\w.:/@ ]{0,127}$/.test(group));
    if (bad !== undefined) throw new InvalidValueError('Exposure.signedIn', { prop: 'groups', must: 'be names of groups', got: bad });
    this.groups = Object.freeze([...groups]);
    this.publicReason = publicReason;
    Object.freeze(this);
  }
}
