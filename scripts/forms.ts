import { AgentForm, type ManifestPart, toYaml } from '../charts/index.ts';
import { Agent, type Manifest } from '../constructs/index.ts';
import { type Finding, type Judge, judgeSample, type Sample } from '../policies/index.ts';

/** A form of which it was proven that it makes what the renderers make. */
interface ProvenForm {
  readonly form: AgentForm;
  readonly sample: Sample;
}

/** A file that was made in a form. */
export interface CastFile {
  readonly text: string;
  readonly findings: readonly Finding[];
}

/**
 * Makes the files of agents that are like others of their org. Two of each shape are rendered and judged by themselves. Then a form is
 * made of the first, in which every rule must be kept, and tried on the second: where it gives the same text and the same facts, the
 * other agents of this shape are cast. Their names, and the texts that people wrote for them, are judged for each.
 */
export class Forms {
  readonly #judge: Judge;
  /** What became of each shape: an agent that waits for a second one, a form, or `undefined` where a form would not do. */
  readonly #shapes = new Map<string, ManifestPart | ProvenForm | undefined>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** The file of a part, if it can be cast. */
  cast(part: ManifestPart): CastFile | undefined {
    const proven = this.#shapes.get(part.shape ?? '');
    if (proven === undefined || !('form' in proven) || !(part.construct instanceof Agent)) return undefined;
    const { form, sample } = proven;
    const cast = form.cast(part.construct);
    const findings = this.#judge.judgeAlike(part, [cast.config], { ...cast, sample, standIns: form.standIns });
    return findings && { findings, text: form.toText(cast) };
  }

  /** Takes notice of a part that was rendered and judged by itself. Call it before the next one is judged. */
  learn(part: ManifestPart, manifests: readonly Manifest[]): void {
    const { construct, shape } = part;
    if (shape === undefined || !(construct instanceof Agent)) return;
    const first = this.#shapes.get(shape);
    if (first === undefined) {
      if (!this.#shapes.has(shape)) this.#shapes.set(shape, construct.patches.length === 0 ? part : undefined);
    } else if (!('form' in first)) {
      this.#shapes.set(shape, this.#prove(first, part, manifests));
    }
  }

  #prove(first: ManifestPart, second: ManifestPart, manifests: readonly Manifest[]): ProvenForm | undefined {
    if (!(first.construct instanceof Agent) || !(second.construct instanceof Agent)) return undefined;
    const form = AgentForm.of(first.construct);
    const sample = form && judgeSample(first.construct.org.fleet, { construct: form.agent, file: first.file }, form.manifests);
    if (form === undefined || sample === undefined) return undefined;
    const cast = form.cast(second.construct);
    const { standIns } = form;
    const isSame = form.toText(cast) === toYaml(manifests) && this.#judge.isAlike({ sample, standIns, words: cast.words });
    return isSame ? { form, sample } : undefined;
  }
}
