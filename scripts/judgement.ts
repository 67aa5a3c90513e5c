import type { ManifestPart, Part } from '../charts/index.ts';
import type { Fleet, Manifest } from '../constructs/index.ts';
import { createJudge, type Finding, type Judge, judgeTree, refuseErrors } from '../policies/index.ts';

/** The files that are judged together: those of an org, or those of Argo CD. Nothing refers from one group into another. */
interface Group {
  readonly judge: Judge;
  readonly parts: ManifestPart[];
  readonly judged: Set<ManifestPart>;
}

/**
 * Judges fleets in the course of a run: what they say before anything is rendered, then each file when it is rendered.
 * A file that did not change is not rendered, and was judged when it was; but where another file of its group did change, it
 * is judged with it, because names must be unique and references must lead somewhere across files.
 */
export class Judgement {
  readonly #findings: Finding[];
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<Part, Group>();

  /** @param today the day on which expiry is judged, as `YYYY-MM-DD`; left out where the result must not depend on the day */
  constructor(fleets: readonly Fleet[], today?: string) {
    this.#findings = fleets.flatMap((fleet) => judgeTree(fleet, today === undefined ? {} : { today }));
  }

  /** All that was found so far. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Takes notice of a file that may or may not be rendered. */
  expect(part: Part, fleet: Fleet): void {
    if (!part.manifest) return;
    const key = part.file.slice(0, part.file.lastIndexOf('/'));
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { judge: createJudge(fleet), parts: [], judged: new Set() };
      this.#groups.set(key, group);
    }
    group.parts.push(part);
    this.#groupOf.set(part, group);
  }

  /** The objects of a file, judged. */
  render(part: Part): readonly unknown[] {
    return part.manifest ? this.#judge(part) : part.render();
  }

  /** Judges what the files of each group show together, where one of them changed. Call it after the last file. */
  finish(): void {
    for (const { judge, parts, judged } of this.#groups.values()) {
      if (judged.size === 0) continue;
      for (const part of parts) if (!judged.has(part)) this.#judge(part);
      this.#findings.push(...judge.finish());
    }
  }

  /**
   * Ends the run when an error was found, with all findings.
   *
   * @throws PolicyDeniedError FW_POLICY_DENIED
   */
  refuseErrors(): void {
    refuseErrors(this.#findings);
  }

  #judge(part: ManifestPart): Manifest[] {
    const manifests = part.render();
    const group = this.#groupOf.get(part);
    if (group === undefined) throw new TypeError(`${part.file} was not expected`);
    group.judged.add(part);
    this.#findings.push(...group.judge.judge(part, manifests));
    return manifests;
  }
}
