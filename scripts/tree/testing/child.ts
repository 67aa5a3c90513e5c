import { readFileSync } from 'node:fs';
import { FleetwrightError } from '../../../constructs/index.ts';
import { OutputTree, type OutputTreeOptions } from '../index.ts';
import { type Faults, injectFaults } from './faults.ts';
import { entriesOf, writeTree } from './runs.ts';

/** What the program does; told in a file of JSON that its first argument names. */
export interface ChildTask extends Faults {
  readonly place: OutputTreeOptions;
  /** The files to write; without them, the tree is held until the standard input ends. */
  readonly texts?: Readonly<Record<string, string>>;
  /** The user to become before. */
  readonly uid?: number;
}

/** What the program prints in the end, as JSON. */
export interface ChildReport {
  readonly bytesWritten?: number;
  readonly code?: string;
  readonly message?: string;
  /** How many calls changed files. */
  readonly calls: number;
}

const task = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ChildTask;
if (task.uid !== undefined) process.setuid?.(task.uid);
const faults = injectFaults(task);
try {
  console.log('ready');
  const { bytesWritten } = task.texts === undefined ? await hold() : writeTree(task.place, entriesOf(task.texts));
  report({ bytesWritten, calls: faults.calls() });
} catch (error) {
  if (!(error instanceof FleetwrightError)) throw error;
  report({ code: error.code, message: error.message, calls: faults.calls() });
}

async function hold(): Promise<{ readonly bytesWritten: number }> {
  const tree = OutputTree.open(task.place);
  console.log('held');
  for await (const _chunk of process.stdin);
  tree.close();
  return { bytesWritten: 0 };
}

function report(result: ChildReport): void {
  console.log(JSON.stringify(result));
}
