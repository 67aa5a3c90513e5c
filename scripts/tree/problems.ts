import { FleetwrightError } from '../../constructs/index.ts';

const SHOWN = 20;

/** Refuses to write a tree, with all reasons; does nothing when there are none. */
export function refuseProblems(root: string, problems: Iterable<string>): void {
  const all = [...problems];
  if (all.length === 0) return;
  const hidden = all.length - SHOWN;
  const lines = [`The output tree ${root} cannot be written:`, ...all.slice(0, SHOWN), ...(hidden > 0 ? [`and ${hidden} more`] : [])];
  throw new FleetwrightError('FW_OUTPUT_UNSAFE', lines.join('\n  - '));
}
