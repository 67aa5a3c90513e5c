import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differencesBetween, filesBelow } from './compare-folders.ts';
import { type CommandOptions, runCommand } from './run-command.ts';

/** Two machines that have little in common: what differs between their trees comes from the machine, not from the fleet. */
const MACHINES = [
  { TZ: 'UTC', LC_ALL: 'C.UTF-8', COLUMNS: '80' },
  { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', COLUMNS: '200' },
];

/** Renders a tree into a folder. Answers with what went wrong. */
export type Synthesize = (folder: string, env: Readonly<Record<string, string>>) => Promise<string[]>;

/** Renders the fleets of a repository with its own command line, without trusting what earlier runs have left. */
export function synthesizeWith(root: string): Synthesize {
  return async (folder, env) => {
    const options: CommandOptions = { root, env };
    const { code, output } = await runCommand(['node', 'scripts/fleetwright.js', 'synth', '--verify', '--out', folder], options);
    return code === 0 ? [] : [`synth ended with ${code ?? 'a signal'}`, output];
  };
}

/** Renders twice, into two fresh folders, as if on two machines. Both must hold the same bytes, and at least one file. */
export async function findUnstableOutput(synthesize: Synthesize): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-synth-'));
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  try {
    const [one = {}, two = {}] = MACHINES;
    const failures = [...(await synthesize(first, one)), ...(await synthesize(second, two))];
    if (failures.length > 0) return failures;
    return filesBelow(first).length === 0 ? ['synth wrote no file'] : differencesBetween(first, second);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Renders into the tree that Git holds. It must stay as it was committed (or staged), without a file that Git does not know. */
export async function findDrift(root: string, synthesize: Synthesize): Promise<string[]> {
  const failures = await synthesize(join(root, 'rendered'), {});
  if (failures.length > 0) return failures;
  const changed = await runCommand(['git', 'diff', '--stat', '--exit-code', '--', 'rendered'], { root });
  const unknown = await runCommand(['git', 'ls-files', '--others', '--', 'rendered'], { root });
  return [
    ...(changed.code === 0
      ? []
      : ['rendered/ is not what the stacks and environments say; commit what synth has written:', changed.output]),
    ...(unknown.code === 0 && unknown.output === '' ? [] : ['rendered/ holds files that Git does not know; add them:', unknown.output]),
  ];
}
