import type { ManifestPart, Part } from '../charts/index.ts';
import { type Fleet, type Manifest, OrgPart } from '../constructs/index.ts';
import { createJudge, type Finding, type Judge, judgeTree, refuseErrors } from '../policies/index.ts';

/** The files that are judged together: those of an org, or those of Argo CD. Nothing refers from one group into another. */
interface Group {
  readonly folder: string;
  readonly judge: Judge;
  /** Those that are not rendered, and so not judged yet. */
  readonly waiting: ManifestPart[];
  /** What became of those that are: one with other facts may concern those that wait. */
  rendered: 'none' | 'same facts' | 'other facts';
}

/**
 * Judges fleets in the course of a run: what they say before anything is rendered, then each file when it is rendered.
 * A file that did not change is not rendered, and was judged when it was; but where the facts of another file of its group did
 * change, it is judged with it, because names must be unique and references must lead somewhere across files.
 */
export class Judgement {
  readonly #findings: Finding[];
  #group: Group | undefined;
  #facts = '';

  /** @param today the day on which expiry is judged, as `YYYY-MM-DD`; left out where the result must not depend on the day */
  constructor(fleets: readonly Fleet[], today?: string) {
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
      this.#group = { folder, judge: createJudge(fleet), rendered: 'none', waiting: [] };
    }
    this.#group.waiting.push(part);
  }

  /**
   * The objects of the file that was expected last, judged; the text of a file that holds none.
   *
   * @param lastFacts the `facts` of when the file passed judgement last; left out when nobody remembers
   */
  render(part: Part, lastFacts?: string): readonly Manifest[] | string {
    this.#facts = '';
    if (!part.manifest) return part.render();
    const group = this.#group;
    if (group?.waiting.pop() !== part) throw new TypeError(`${part.file} was not expected`);
    const manifests = this.#judge(part, group.judge);
    this.#facts = group.judge.facts;
    // What an org is in itself concerns all of its parts.
    if (!(part.construct instanceof OrgPart) || this.#facts !== lastFacts) group.rendered = 'other facts';
    else if (group.rendered === 'none') group.rendered = 'same facts';
    return manifests;
  }

  /** Judges what the files of a group show together, where one of them changed. Call it after the last file. */
  finish(): void {
    const group = this.#group;
    this.#group = undefined;
    if (group === undefined || group.rendered === 'none') return;
    if (group.rendered === 'same facts' && group.waiting.length > 0) return;
    for (const part of group.waiting) this.#judge(part, group.judge);
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

  #judge(part: ManifestPart, judge: Judge): Manifest[] {
    const manifests = part.render();
    this.#findings.push(...judge.judge(part, manifests));
    return manifests;
  }
}
