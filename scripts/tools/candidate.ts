import { compare, satisfies } from 'semver';
import type { AskedRange } from '../../environments/index.ts';

/** A version that a registry has, and by what it can be pinned. */
export interface Candidate {
  readonly version: string;
  /** Whether its author asks people not to use it. */
  readonly deprecated: boolean;
}

/**
 * The newest version that is in all ranges; one that is deprecated only where there is no other. `undefined` where there is none.
 * Versions before a release count only for ranges that name one, as everywhere in npm.
 */
export function pickNewest<Of extends Candidate>(candidates: readonly Of[], ranges: readonly AskedRange[]): Of | undefined {
  const fitting = candidates.filter(({ version }) => ranges.every(({ range }) => satisfies(version, range)));
  const wanted = fitting.filter(({ deprecated }) => !deprecated);
  return (wanted.length > 0 ? wanted : fitting).sort((a, b) => compare(b.version, a.version))[0];
}

/** The newest of some versions, as a hint at what a range could name. */
export function newestOf(versions: readonly string[]): string | undefined {
  return versions.toSorted((a, b) => compare(b, a))[0];
}
