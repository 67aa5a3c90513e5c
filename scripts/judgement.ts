import type { ManifestPart, Part } from '../charts/index.ts';
import { type Fleet, type Manifest, OrgPart } from '../constructs/index.ts';
import { Forms } from './forms.ts';
import { createJudge, type Finding, type Judge, judgeTree, refuseErrors } from '../policies/index.ts';

/** The files that are judged together: those of an org, or those of Argo CD. Nothing refers from one group into another. */
interface Group {
  readonly folder: string;
  readonly judge: Judge;
  /** Those that are not rendered, and so not judged yet. */
  readonly waiting: ManifestPart[];
  readonly forms: Forms | undefined;
  /** What became of those that are: one with other facts may concern those that wait. */
  rendered: 'none' | 'same facts' | 'other facts';
}

/** Options of `Judgement`. */
export interface JudgementOptions {
  /**
   * The day on which expiry is judged, as `YYYY-MM-DD`. Leave it out where the result must not depend on the day.
   *
   * @default nothing expires
   */
  readonly today?: string;

  /**
   * Makes the files of agents that are alike in one form.
   *
   * @default false
   */
  readonly forms?: boolean;
}

/**
 * Judges fleets in the course of a run: what they say before anything is rendered, then each file when it is rendered.
 * A file that did not change is not rendered, and was judged when it was; but where the facts of another file of its group did
 * change, it is judged with it, because names must be unique and references must lead somewhere across files.
 */
export class Judgement {
  readonly #findings: Finding[];
  #group: Group | undefined;
  readonly #withForms: boolean;
  #facts = '';

  constructor(fleets: readonly Fleet[], { today, forms = false }: JudgementOptions = {}) {
    this.#withForms = forms;
    this.#findings = fleets.flatMap((fleet) => judgeTree(fleet, today === undefined ? {} : { today }));
  }

  /** All that was found so far. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Whether rules were broken that must not be. */
  get hasErrors(): boolean {
    return this.#findings.some(({ severity }) => severity === 'error');
  }

  /** What the file that was rendered last has to do with others of its group, as `Judge.facts` tells; nothing if it holds no objects. */
  get facts(): string {
    return this.#facts;
  }

  /** Takes notice of a file that may or may not be rendered, before the next one. The files of a group follow each other. */
  expect(part: Part, fleet: Fleet): void {
    if (!part.manifest) return;
    const folder = part.file.slice(0, part.file.lastIndexOf('/'));
    if (this.#group?.folder !== folder) {
      this.finish();
      const judge = createJudge(fleet);
      this.#group = { folder, forms: this.#withForms ? new Forms(judge) : undefined, judge, rendered: 'none', waiting: [] };
    }
    this.#group.waiting.push(part);
  }

  /**
   * The objects of the file that was expected last, judged; the text of a file that holds none, or that was cast.
   *
   * @param lastFacts the `facts` of when the file passed judgement last; left out when nobody remembers
   */
  render(part: Part, lastFacts?: string): readonly Manifest[] | string {
    this.#facts = '';
    if (!part.manifest) return part.render();
    const group = this.#group;
    if (group?.waiting.pop() !== part) throw new TypeError(`${part.file} was not expected`);
    const content = this.#cast(part, group) ?? this.#judge(part, group);
    this.#facts = group.judge.facts;
    // What an org is in itself concerns all of its parts.
    if (!(part.construct instanceof OrgPart) || this.#facts !== lastFacts) group.rendered = 'other facts';
    else if (group.rendered === 'none') group.rendered = 'same facts';
    return content;
  }

  /** Judges what the files of a group show together, where one of them changed. Call it after the last file. */
  finish(): void {
    const group = this.#group;
    this.#group = undefined;
    if (group === undefined || group.rendered === 'none') return;
    if (group.rendered === 'same facts' && group.waiting.length > 0) return;
    for (const part of group.waiting) if (this.#cast(part, group) === undefined) this.#judge(part, group);
    this.#findings.push(...group.judge.finish());
  }

  /**
   * Ends the run when an error was found, with all findings.
   *
   * @throws PolicyDeniedError FW_POLICY_DENIED
   */
  refuseErrors(): void {
    refuseErrors(this.#findings);
  }

  #cast(part: ManifestPart, { forms }: Group): string | undefined {
    const cast = forms?.cast(part);
    this.#findings.push(...(cast?.findings ?? []));
    return cast?.text;
  }

  #judge(part: ManifestPart, { forms, judge }: Group): Manifest[] {
    const manifests = part.render();
    const findings = judge.judge(part, manifests);
    this.#findings.push(...findings);
    forms?.learn(part, manifests);
    return manifests;
  }
}
