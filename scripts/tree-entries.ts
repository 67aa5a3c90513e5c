import { fleetParts, toYaml } from '../charts/index.ts';
import type { Fleet } from '../constructs/index.ts';
import type { Judgement } from './judgement.ts';
import type { SelectionOptions } from './load-fleet.ts';
import type { TreeEntry } from './tree/index.ts';

/** The files of fleets, each judged when it is rendered. */
export function* treeEntries(fleets: readonly Fleet[], judgement: Judgement): Generator<TreeEntry> {
  for (const fleet of fleets) {
    for (const part of fleetParts(fleet)) {
      yield {
        path: part.file,
        fingerprint: judgement.mix(part.fingerprint),
        source: () => part.construct.node.path,
        render: () => toYaml(part.manifest ? judgement.judged(part) : part.render()),
      };
    }
  }
}

/** The folders that a run is about: all of the tree, some environments, or some orgs of them. */
export function coveredPaths(fleets: readonly Fleet[], { env, org }: SelectionOptions): { covers?: string[] } {
  if (env === undefined && org === undefined) return {};
  const names = fleets.map((fleet) => fleet.environment.name);
  if (org === undefined) return { covers: names };
  return { covers: names.flatMap((name) => [`${name}/_argocd/_root.yaml`, ...org.flatMap((id) => [`${name}/${id}`, `${name}/_argocd/${id}.yaml`])]) };
}
