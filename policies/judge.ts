import { hash } from 'node:crypto';
import type { Construct } from 'constructs';
import { type Fleet, isClusterKind, type Manifest, Org, type StandIns } from '../constructs/index.ts';
import { fieldsOf, groupKindOf, show } from './fields.ts';
import { compareFindings, describeObject, type Finding, sourceOf } from './finding.ts';
import { looksSecret } from './leak.ts';
import { type ObjectName, ObjectNames } from './object-names.ts';
import { podTemplateOf, readPod } from './pod.ts';
import type {
  Difference,
  FleetCheck,
  FleetRule,
  JudgedPart,
  ObjectRule,
  PodRule,
  Rule,
  SeenFile,
  SeenObject,
  Subject,
  Twin,
  Violation,
} from './rule.ts';
import { RULES } from './rules.ts';
import { measure } from './texts.ts';

/** Options of `judgeTree`. */
export interface JudgeTreeOptions {
  /**
   * The day on which it is judged, as `YYYY-MM-DD`. Leave it out where the result must be the same on every day.
   *
   * @default nothing expires
   */
  readonly today?: string;
}

/** Judges what a fleet says, before anything is rendered. Renderers rely on it: they render no fleet in which it finds errors. */
export function judgeTree(fleet: Fleet, { today }: JudgeTreeOptions = {}): Finding[] {
  const findings: Finding[] = [];
  for (const rule of RULES) {
    if (rule.appliesTo === 'tree')
      rule.check(fleet, (violation) => findings.push(toFinding(rule, violation, { construct: fleet })), { today });
  }
  return findings.sort(compareFindings);
}

/** Judges what a fleet becomes, file by file. */
export interface Judge {
  /** Judges the objects of one file. What only all files together can show, `finish` tells. */
  judge(part: JudgedPart, manifests: readonly Manifest[]): readonly Finding[];

  /**
   * Judges a file that is as a sample, but for some words and `own` objects, of which each has the name of one of the sample. Answers
   * nothing where the words could make more of a difference: then it has to be judged by itself.
   */
  judgeAlike(part: JudgedPart, own: readonly Manifest[], likeness: Likeness): readonly Finding[] | undefined;

  /** Whether the file that was judged last has to do with others what `judgeAlike` would say. */
  isAlike(likeness: Pick<Likeness, 'sample' | 'standIns' | 'words'>): boolean;

  /**
   * A digest of all that the file that was judged last has to do with others: the objects that it holds, what it names and selects
   * beyond itself. While it stays the same, what `finish` tells of all files stays the same, whatever else changes in this one.
   */
  readonly facts: string;

  /** Judges what all files show together. Call it once, at the end. */
  finish(): readonly Finding[];
}

/** Makes a judge for all files of a fleet. It keeps names only, so it can look at any number of them. */
export function createJudge(fleet: Fleet): Judge {
  return new FleetJudge(fleet, RULES);
}

/** A file in which all rules were kept, for those that differ from it in words alone. */
export interface Sample {
  readonly judge: Judge;
  /** The objects of the file. */
  readonly names: readonly ObjectName[];
}

/** How a file is like a sample. */
export interface Likeness {
  readonly sample: Sample;
  /** The words of the sample. */
  readonly standIns: StandIns;
  /** The file's own, for which they stand in: names that a part may have, and digests. */
  readonly words: readonly string[];
  /** Each text of the file that holds one of the words. */
  readonly texts: readonly string[];
}

/** Judges a file as if it were alone. Answers nothing where a rule is broken. */
export function judgeSample(fleet: Fleet, part: JudgedPart, manifests: readonly Manifest[]): Sample | undefined {
  const judge = new FleetJudge(fleet, RULES);
  return judge.judge(part, manifests).length === 0 ? { judge, names: [...judge.names] } : undefined;
}

const NONE: readonly Finding[] = Object.freeze([]);

/** The rules for one kind, found once. */
interface KindRules {
  readonly groupKind: string;
  readonly template: readonly string[] | undefined;
  readonly objectRules: readonly ObjectRule[];
  readonly podRules: readonly PodRule[];
}

/** The one subject that all objects take turns in. */
type CurrentSubject = { -readonly [Field in keyof Subject]: Subject[Field] };

class FleetJudge implements Judge {
  readonly #rules: readonly Rule[];
  readonly #kinds = new Map<string, Map<string, KindRules>>();
  readonly names = new ObjectNames();
  readonly #checks: readonly (readonly [FleetRule, FleetCheck])[];
  readonly #subject: CurrentSubject;
  #rule: Rule;
  #findings: Finding[] = [];
  #facts = '';

  constructor(fleet: Fleet, rules: readonly [Rule, ...Rule[]]) {
    this.#rules = rules;
    this.#rule = rules[0];
    this.#checks = rules.filter((rule) => rule.appliesTo === 'fleet').map((rule) => [rule, rule.begin(fleet, this.names)] as const);
    const nothing: Manifest = { apiVersion: '', kind: '', metadata: { name: '' } };
    this.#subject = {
      characters: 0,
      groupKind: '',
      manifest: nothing,
      org: undefined,
      part: { construct: fleet, file: '' },
      pod: undefined,
      suspicious: false,
    };
  }

  judge(part: JudgedPart, manifests: readonly Manifest[]): readonly Finding[] {
    const subject = this.#subject;
    subject.part = part;
    subject.org = orgOf(part);
    this.#facts = '';
    const objects: SeenObject[] = [];
    const twins: Twin[] = [];
    for (const manifest of manifests) {
      const rules = this.#rulesFor(manifest);
      this.#judgeObject(manifest, rules);
      objects.push({ groupKind: rules.groupKind, manifest, pod: subject.pod });
      const earlier = this.#addName(manifest, rules.groupKind);
      if (earlier !== undefined) twins.push({ earlier, manifest });
    }
    this.#showFile({ objects, part, twins });
    return this.#take();
  }

  judgeAlike(part: JudgedPart, own: readonly Manifest[], likeness: Likeness): readonly Finding[] | undefined {
    const { sample, standIns, words, texts } = likeness;
    const replace = (text: string) => standIns.replace(text, words);
    const isTaken = sample.names.some(({ groupKind, namespace, name }) => this.names.has(groupKind, namespace, replace(name)));
    if (isTaken || texts.some(looksSecret)) return undefined;
    this.#subject.part = part;
    this.#subject.org = orgOf(part);
    for (const manifest of own) this.#judgeObject(manifest, this.#rulesFor(manifest));
    for (const { groupKind, namespace, name } of sample.names) this.names.add(groupKind, namespace, replace(name), part.construct);
    this.#seeAlike(sample.judge, { construct: part.construct, replace });
    return this.#take();
  }

  isAlike({ sample: { judge }, standIns, words }: Pick<Likeness, 'sample' | 'standIns' | 'words'>): boolean {
    return judge instanceof FleetJudge && standIns.replace(judge.#facts, words) === this.#facts;
  }

  get facts(): string {
    return hash('sha256', this.#facts, 'base64url');
  }

  finish(): readonly Finding[] {
    for (const [rule, check] of this.#checks) {
      this.#rule = rule;
      check.finish(this.#report);
    }
    return this.#take();
  }

  #judgeObject(manifest: Manifest, { groupKind, template, objectRules, podRules }: KindRules): void {
    const subject = this.#subject;
    subject.manifest = manifest;
    subject.groupKind = groupKind;
    subject.characters = 0;
    subject.suspicious = false;
    measure(manifest, subject);
    subject.pod = template && readPod(manifest, template);
    for (const rule of objectRules) {
      this.#rule = rule;
      rule.check(subject, this.#report);
    }
    if (subject.pod === undefined) return;
    for (const rule of podRules) {
      this.#rule = rule;
      rule.check(subject.pod, this.#report, subject);
    }
  }

  #showFile(file: SeenFile): void {
    for (const [rule, check] of this.#checks) {
      this.#rule = rule;
      this.#facts += check.see(file, this.#report);
    }
  }

  #seeAlike(sample: Judge, difference: Difference): void {
    if (!(sample instanceof FleetJudge)) throw new TypeError('The sample has another judge');
    this.#facts = difference.replace(sample.#facts);
    for (const [index, [, check]] of this.#checks.entries()) {
      const of = sample.#checks[index]?.[1];
      if (of !== undefined) check.seeAlike(of, difference);
    }
  }

  #addName(manifest: Manifest, groupKind: string): Construct | undefined {
    const { name, namespace } = fieldsOf(manifest.metadata);
    if (typeof name !== 'string') return undefined;
    const place = typeof namespace === 'string' && !isClusterKind(groupKind) ? namespace : '';
    this.#facts += `${groupKind} ${place}/${name};`;
    return this.names.add(groupKind, place, name, this.#subject.part.construct);
  }

  #rulesFor({ apiVersion, kind }: Manifest): KindRules {
    const known = this.#kinds.get(apiVersion)?.get(kind);
    if (known !== undefined) return known;
    const groupKind = groupKindOf(apiVersion, kind);
    const template = podTemplateOf(groupKind);
    const rules: KindRules = {
      groupKind,
      objectRules: this.#rules.filter(
        (rule) => isObjectRule(rule) && (rule.appliesTo === 'object' || rule.appliesTo.includes(groupKind)),
      ) as ObjectRule[],
      podRules: this.#rules.filter((rule) => rule.appliesTo === 'pod'),
      template,
    };
    const kinds = this.#kinds.get(apiVersion) ?? new Map<string, KindRules>();
    this.#kinds.set(apiVersion, kinds.set(kind, rules));
    return rules;
  }

  readonly #report = (violation: Violation): void => {
    const { part, manifest } = this.#subject;
    const object = this.#rule.appliesTo === 'fleet' ? undefined : describeObject(manifest);
    this.#findings.push(toFinding(this.#rule, violation, { construct: part.construct, object }));
  };

  #take(): readonly Finding[] {
    if (this.#findings.length === 0) return NONE;
    const findings = this.#findings.sort(compareFindings);
    this.#findings = [];
    return findings;
  }
}

function isObjectRule(rule: Rule): rule is ObjectRule {
  return Array.isArray(rule.appliesTo) || rule.appliesTo === 'object';
}

/** The org in whose folder a file stands; none for what Argo CD itself reads. */
function orgOf({ construct, file }: JudgedPart): Org | undefined {
  const org = construct.node.scopes.find((scope) => scope instanceof Org);
  return org !== undefined && file.split('/')[1] === org.name ? org : undefined;
}

function toFinding(
  rule: Rule,
  violation: Violation,
  place: { readonly construct: Construct; readonly object?: string | undefined },
): Finding {
  const construct = violation.construct ?? place.construct;
  const object = violation.object ?? place.object;
  const source = sourceOf(construct);
  const value = valueOf(violation);
  return {
    rule: rule.id,
    severity: violation.severity ?? rule.severity,
    path: construct.node.path,
    ...(source !== undefined && { source }),
    ...(object !== undefined && { object: hideSecret(object) }),
    ...(violation.field !== undefined && { field: hideSecret(violation.field) }),
    message: `must ${violation.must}`,
    ...(value !== undefined && { value }),
    fix: violation.fix ?? rule.fix,
  };
}

/** Names and keys are chosen by people too. */
function hideSecret(place: string): string {
  return looksSecret(place) ? 'a place whose name looks like a credential' : place;
}

/** What is there instead, unless that is a credential. */
function valueOf({ got }: Violation): string | undefined {
  if (got === undefined) return undefined;
  const json = typeof got === 'string' ? got : (JSON.stringify(got) ?? '');
  return looksSecret(json) ? undefined : show(got);
}
