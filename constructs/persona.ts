import type { Problem } from './errors.ts';
import type { Org } from './org.ts';
import { findListProblems } from './kinds.ts';
import { OrgPart } from './part.ts';
import { findUnknownProps, type PropNames } from './unknown-props.ts';

/** Properties of `Persona`. */
export interface PersonaProps {
  /**
   * How it sounds, in a few words: `dry`, `warm and brief`.
   *
   * @default that of the extended personas
   */
  readonly tone?: string;

  /**
   * Who it is, in a sentence or two.
   *
   * @default that of the extended personas
   */
  readonly character?: string;

  /**
   * The language it answers in, as a BCP 47 tag: `en`, `de-CH`.
   *
   * @default that of the extended personas
   */
  readonly language?: string;

  /**
   * What it knows well.
   *
   * @default []
   */
  readonly expertise?: readonly string[];

  /**
   * What it always does, one sentence each.
   *
   * @default []
   */
  readonly rules?: readonly string[];

  /**
   * What it never does, one sentence each.
   *
   * @default []
   */
  readonly never?: readonly string[];

  /**
   * Personas that this one builds upon. Lists are joined. Where two of them disagree, this one must settle it.
   *
   * @default []
   */
  readonly extends?: readonly Persona[];
}

const PERSONA_PROPS: PropNames<PersonaProps> = {
  tone: true,
  character: true,
  language: true,
  expertise: true,
  rules: true,
  never: true,
  extends: true,
};

const SETTLED = ['tone', 'character', 'language'] as const;

/** A voice and its rules, which become part of an agent's prompt. */
export class Persona extends OrgPart {
  readonly tone: string | undefined;
  readonly character: string | undefined;
  readonly language: string | undefined;
  /** Own and inherited, each once, inherited first. */
  readonly expertise: readonly string[];
  /** Own and inherited, each once, inherited first. */
  readonly rules: readonly string[];
  /** Own and inherited, each once, inherited first. */
  readonly never: readonly string[];
  readonly extends: readonly Persona[];

  constructor(org: Org, id: string, props: PersonaProps) {
    super(org, id);
    this.refuse(findUnknownProps(props, PERSONA_PROPS));
    const parents = props.extends ?? [];
    this.extends = Object.freeze([...parents]);
    this.refuse(findListProblems('extends', parents, Persona));
    this.tone = props.tone ?? inherited(parents, 'tone');
    this.character = props.character ?? inherited(parents, 'character');
    this.language = props.language ?? inherited(parents, 'language');
    this.expertise = joined(parents, 'expertise', props.expertise);
    this.rules = joined(parents, 'rules', props.rules);
    this.never = joined(parents, 'never', props.never);
    this.refuse([
      ...findDisagreements(props, parents),
      ...this.#findContradictions(props, parents),
      ...findLanguageProblems(this.language),
    ]);
  }

  /** A sentence that is both a rule and a ban, with the personas that say so. */
  #findContradictions(props: PersonaProps, parents: readonly Persona[]): Problem[] {
    const sayer = (list: 'rules' | 'never', sentence: string) =>
      props[list]?.includes(sentence) ? this.node.path : parents.find((parent) => parent[list].includes(sentence))?.node.path;
    return this.rules
      .filter((rule) => this.never.includes(rule))
      .map((rule) => ({
        prop: 'rules',
        must: `not hold what 'never' holds too: ${sayer('rules', rule)} demands it, ${sayer('never', rule)} forbids it`,
        got: rule,
      }));
  }
}

function inherited(parents: readonly Persona[], prop: (typeof SETTLED)[number]): string | undefined {
  return parents.find((parent) => parent[prop] !== undefined)?.[prop];
}

function joined(parents: readonly Persona[], prop: 'expertise' | 'rules' | 'never', own: readonly string[] = []): readonly string[] {
  return Object.freeze([...new Set([...parents.flatMap((parent) => parent[prop]), ...own])]);
}

function findDisagreements(props: PersonaProps, parents: readonly Persona[]): Problem[] {
  return SETTLED.filter((prop) => props[prop] === undefined).flatMap((prop) => {
    const speakers = parents.filter((parent) => parent[prop] !== undefined);
    const other = speakers.find((parent) => parent[prop] !== speakers[0]?.[prop]);
    if (speakers[0] === undefined || other === undefined) return [];
    const must = `be set here, because ${speakers[0].node.path} says '${speakers[0][prop]}' and ${other.node.path} says '${other[prop]}'`;
    return [{ prop, must }];
  });
}

function findLanguageProblems(language: string | undefined): Problem[] {
  if (language === undefined || /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language)) return [];
  return [{ prop: 'language', must: "be a BCP 47 tag such as 'en' or 'de-CH'", got: language }];
}
