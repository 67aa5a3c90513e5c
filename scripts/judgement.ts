import type { ManifestPart } from '../charts/index.ts';
import type { Fleet, Manifest } from '../constructs/index.ts';
export class Judgement {
  constructor(_fleets: readonly Fleet[]) {}
  mix(f: string): string { return f; }
  judged(part: ManifestPart): Manifest[] { return part.render(); }
  refuseTree(): void {}
  refuseObjects(): void {}
  printWarnings(): void {}
}
