import type { Construct } from 'constructs';
import type { ClusterProfile, Environment, Fleet, Manifest, Org } from '../constructs/index.ts';
import type { Fields } from './fields.ts';
import type { ObjectNames } from './object-names.ts';
import type { Pod } from './pod.ts';

/** Whether a broken rule stops the run. */
export type Severity = 'error' | 'warning';

/** What every rule says of itself. */
interface RuleFacts {
  /** Permanent: published once, never renamed, with a page under `docs/errors/`. */
  readonly id: string;
  /** What holds where the rule is kept. */
  readonly title: string;
  readonly severity: Severity;
  /** What to do where it is broken, when a violation says nothing better. */
  readonly fix: string;
}

/** One place where a rule is broken. */
export interface Violation {
  /** What should hold; reads after 'must': `be 1024 or more`. */
  readonly must: string;
  /** What is there instead. Left out when it may be secret. */
  readonly got?: unknown;
  /** The field of the object, or the prop of the construct. */
  readonly field?: string;

  /**
   * What to do about it.
   *
   * @default the rule's `fix`
   */
  readonly fix?: string;

  /**
   * Whether this one stops the run.
   *
   * @default the rule's `severity`
   */
  readonly severity?: Severity;

  /**
   * The construct that is to blame.
   *
   * @default the one that is judged
   */
  readonly construct?: Construct;

  /**
   * The object as `describeObject` calls it.
   *
   * @default the one that is judged
   */
  readonly object?: string;
}

/** Takes what a rule finds. */
export type Report = (violation: Violation) => void;

/** An example that breaks the rule, and all that is said about it, as `sentenceOf` puts it. */
export interface BadExample<Example> {
  readonly example: Example;
  readonly says: readonly string[];
}

/** A file of the rendered tree, as far as rules look at it. */
export interface JudgedPart {
  /** What the file's objects are made from. */
  readonly construct: Construct;
  /** Path below the rendered tree: `dev/hello/digest.yaml`. */
  readonly file: string;
}

/** What a tree rule knows beside the fleet. */
export interface TreeContext {
  /** The day on which it is judged, as `YYYY-MM-DD`; without it nothing expires. */
  readonly today: string | undefined;
}

/** A small org, in an environment of which some values differ. */
export interface TreeExample {
  readonly environment?: Partial<Omit<Environment, 'cluster'>> & { readonly cluster?: Partial<ClusterProfile> };
  readonly build: (org: Org) => void;
}

/** A rule about the description of a fleet, judged before anything is rendered. */
export interface TreeRule extends RuleFacts {
  readonly appliesTo: 'tree';
  readonly check: (fleet: Fleet, report: Report, context: TreeContext) => void;
  readonly good: TreeExample;
  readonly bad: BadExample<TreeExample>;
}

/** An object while it is judged. The same one is used for all objects: rules do not keep it. */
export interface Subject {
  readonly manifest: Manifest;
  /** Its kind, whatever the version: `Service`, `apps/Deployment`. */
  readonly groupKind: string;
  readonly part: JudgedPart;
  /** The org in whose folder it stands; `undefined` for what Argo CD itself reads. */
  readonly org: Org | undefined;
  /** The pod that it describes; `undefined` for most kinds. */
  readonly pod: Pod | undefined;
  /** How many characters its keys and texts have together. */
  readonly characters: number;
  /** Whether one of its texts or keys looks like a credential. */
  readonly suspicious: boolean;
}

/** A rule about one object. */
export interface ObjectRule extends RuleFacts {
  /** Kinds as `groupKindOf` calls them, or all. */
  readonly appliesTo: 'object' | readonly string[];
  readonly check: (subject: Subject, report: Report) => void;
  readonly good: Manifest;
  readonly bad: BadExample<Manifest>;
}

/** A rule about pods, wherever they are described: in a Deployment, a CronJob, a Sandbox and so on. */
export interface PodRule extends RuleFacts {
  readonly appliesTo: 'pod';
  readonly check: (pod: Pod, report: Report, subject: Subject) => void;
  /** A pod's `metadata` and `spec`. */
  readonly good: PodExample;
  readonly bad: BadExample<PodExample>;
}

/** A pod as workloads describe it. */
export interface PodExample {
  readonly metadata?: Fields;
  readonly spec: Fields;
}

/** A rule that must see all objects before it can tell. It keeps as little of them as it can. */
export interface FleetRule extends RuleFacts {
  readonly appliesTo: 'fleet';
  readonly begin: (fleet: Fleet, names: ObjectNames) => FleetCheck;
  readonly good: readonly Manifest[];
  readonly bad: BadExample<readonly Manifest[]>;
}

/** An object of a file that is judged. */
export interface SeenObject {
  readonly manifest: Manifest;
  readonly groupKind: string;
  readonly pod: Pod | undefined;
}

/** The objects of one file. Their names are known already. */
export interface SeenFile {
  readonly part: JudgedPart;
  readonly objects: readonly SeenObject[];
  /** Those that were rendered before, by what. */
  readonly twins: readonly Twin[];
}

/** An object that stands in the tree already. */
export interface Twin {
  readonly manifest: Manifest;
  /** What the earlier one was rendered from. */
  readonly earlier: Construct;
}

/** How a file differs from a sample. */
export interface Difference {
  /** What it is made from. */
  readonly construct: Construct;
  /** What stands in it where the sample has this text. */
  readonly replace: (text: string) => string;
}

/** One run of a fleet rule. */
export interface FleetCheck {
  /**
   * Looks at the objects of one file. What it keeps of them, it keeps for all files of a fleet. Answers with all that makes it judge
   * other files as it does, and this file by others, beside the names of objects: equal texts promise the same of all other files.
   */
  readonly see: (file: SeenFile, report: Report) => string;
  /**
   * As `see`, for a file that differs in words alone from the only one that `sample`, a check of the same rule, has seen. What could
   * be said of it at once, the sample would have said.
   */
  readonly seeAlike: (sample: FleetCheck, difference: Difference) => void;
  /** Says what is wrong once all files were seen. */
  readonly finish: (report: Report) => void;
}

/** One thing that must hold. */
export type Rule = TreeRule | ObjectRule | PodRule | FleetRule;
