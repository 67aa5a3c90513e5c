import { escapeControls } from '../escape-controls.ts';
import { type DataFormat, paint, plural, print, printData } from '../print.ts';
import { checkCluster } from './cluster.ts';
import { checkTree, readEnvironments } from './fleet.ts';
import { checkGit } from './git.ts';
import { checkKubectl } from './kubectl.ts';
import { checkNode } from './node.ts';
import { checkPulumi } from './pulumi.ts';
import type { Result, Status } from './result.ts';
import { checkSecrets } from './secrets.ts';

/** Options of `fleetwright doctor`. */
export interface DoctorOptions {
  /**
   * Asks the cluster of kubectl's current context, and only reads.
   *
   * @default false
   */
  readonly cluster?: boolean;
  /**
   * Names of environments.
   *
   * @default all
   */
  readonly env?: readonly string[];
  /** The rendered tree. */
  readonly out: string;
  readonly output: DataFormat | 'table';
}

const PAINTS: Readonly<Record<Status, (text: string) => string>> = {
  ok: paint.green,
  warning: paint.yellow,
  problem: paint.red,
  'not checked': paint.dim,
};

/** Looks at what a fleet needs around it: programs, repository, keys, cluster. Changes nothing. Answers 0 when there is no problem, else 1. */
export async function doctor({ cluster = false, env, out, output }: DoctorOptions): Promise<number> {
  const root = process.cwd();
  const { results: read, environments } = await readEnvironments(root, env);
  const { result: tree, fleets } = await checkTree(root, out, environments);
  const [git, secrets, pulumi, kubectl] = await Promise.all([
    checkGit(out),
    checkSecrets(environments),
    checkPulumi(root, environments),
    checkKubectl(),
  ]);
  const live = await checkCluster({ isAsked: cluster, context: kubectl.context, environments, fleets, client: kubectl.version });
  const node = checkNode({ version: process.versions.node, typescript: process.features.typescript });
  const results = [node, ...git, ...read, tree, ...secrets, ...pulumi, ...kubectl.results, ...live];
  if (output === 'table') printResults(results);
  else printData(results, output);
  return results.some(({ status }) => status === 'problem') ? 1 : 0;
}

/** A table whose fixes have lines of their own, because they are to be copied. */
function printResults(results: readonly Result[]): void {
  const width = Math.max(...results.map(({ check }) => check.length));
  for (const { status, check, found, fix } of results) {
    print(`${PAINTS[status](status.padEnd(11))}  ${check.padEnd(width)}  ${escapeControls(found)}`);
    if (fix !== undefined) print(`${' '.repeat(width + 15)}${paint.bold('fix:')} ${escapeControls(fix)}`);
  }
  const count = (status: Status) => results.filter((result) => result.status === status).length;
  print(
    `\n${plural(count('problem'), 'problem')}, ${plural(count('warning'), 'warning')}, ${count('ok')} ok, ${count('not checked')} not checked`,
  );
}
