import { WAVE } from '../../charts/index.ts';
import type { Manifest } from '../../constructs/index.ts';

/** The objects that are applied together: the namespace, which all others stand in, then one sync wave after the other. */
export function wavesOf(manifests: readonly Manifest[]): Manifest[][] {
  const waves = Map.groupBy(manifests, waveOf);
  return [...waves.keys()].sort((a, b) => a - b).map((wave) => waves.get(wave) ?? []);
}

function waveOf({ kind, metadata }: Manifest): number {
  return kind === 'Namespace' ? -Infinity : Number(metadata.annotations?.[WAVE] ?? 0);
}
