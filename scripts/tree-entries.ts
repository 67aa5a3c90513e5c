import { argoParts, dispatcherParts, orgParts, type Part, toYaml } from '../charts/index.ts';
import type { Fleet } from '../constructs/index.ts';
import type { Judgement } from './judgement.ts';
import type { SelectionOptions } from './load-fleet.ts';
import { withProgress } from './progress.ts';
import type { TreeEntry } from './tree/index.ts';

/** The files of fleets, each judged when it is rendered; after the last one, judged together. */
export function* treeEntries(fleets: readonly Fleet[], judgement: Judgement): Generator<TreeEntry> {
  for (const fleet of fleets) {
    for (const part of withProgress(fleet.environment.name, partsOf(fleet))) {
      judgement.expect(part, fleet);
      yield new PartEntry(part, judgement);
    }
  }
  judgement.finish();
}

/** As `fleetParts`, but those of one org at a time: nobody looks at them twice, and a fleet has many. */
function* partsOf(fleet: Fleet): Generator<Part> {
  for (const org of fleet.orgs) yield* orgParts(org);
  yield* argoParts(fleet);
  yield* dispatcherParts(fleet);
}

/** A class, because there is one for each of ten thousand files. */
class PartEntry implements TreeEntry {
  readonly path: string;
  readonly #part: Part;
  readonly #judgement: Judgement;
  #fingerprint: string | undefined;

  constructor(part: Part, judgement: Judgement) {
    this.path = part.file;
    this.#part = part;
    this.#judgement = judgement;
  }

  get fingerprint(): string {
    return (this.#fingerprint ??= this.#part.fingerprint);
  }

  get note(): string {
    return this.#judgement.facts;
  }

  source(): string {
    return this.#part.construct.node.path;
  }

  render(lastNote?: string): string {
    const content = this.#judgement.render(this.#part, lastNote);
    return typeof content === 'string' ? content : toYaml(content);
  }
}

/** The folders and files that a run is about: all of the tree, some environments, or some orgs of them. */
export function coveredPaths(fleets: readonly Fleet[], { env, org }: SelectionOptions): { readonly covers?: readonly string[] } {
  if (org === undefined) return env === undefined ? {} : { covers: fleets.map(({ environment }) => environment.name) };
  const pathsOf = (fleet: Fleet) => {
    const { name } = fleet.environment;
    return [
      `${name}/_argocd/_root.yaml`,
      ...fleet.orgs.flatMap((chosen) => [`${name}/${chosen.name}`, `${name}/_argocd/${chosen.name}.yaml`]),
      ...dispatcherParts(fleet).map(({ file }) => file),
    ];
  };
  return { covers: fleets.flatMap(pathsOf) };
}

/** Whether a run is about a file. */
export function isCovered(file: string, covers: readonly string[] | undefined): boolean {
  return covers?.some((path) => file === path || file.startsWith(`${path}/`)) ?? true;
}
