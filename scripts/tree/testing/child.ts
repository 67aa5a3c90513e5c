import { FleetwrightError } from '../../../constructs/index.ts';
import { OutputTree, type OutputTreeOptions } from '../index.ts';
import { type Faults, injectFaults } from './faults.ts';
import { entriesOf, writeTree } from './runs.ts';

/** What the program does; told as JSON in its first argument. */
export interface ChildTask extends Faults {
  readonly place: OutputTreeOptions;
  /** The files to write; without them, the tree is held until the standard input ends. */
  readonly texts?: Readonly<Record<string, string>>;
  /** How many characters are put before each text; arguments of programs have to be short. */
  readonly padding?: number;
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

const task = JSON.parse(process.argv[2] ?? '') as ChildTask;
if (task.uid !== undefined) process.setuid?.(task.uid);
const countCalls = injectFaults(task);
try {
  console.log('ready');
  const { bytesWritten } = task.texts === undefined ? await hold() : writeTree(task.place, entriesOf(pad(task.texts)));
  report({ bytesWritten, calls: countCalls() });
} catch (error) {
  if (!(error instanceof FleetwrightError)) throw error;
  report({ code: error.code, message: error.message, calls: countCalls() });
}

async function hold(): Promise<{ readonly bytesWritten: number }> {
  const tree = OutputTree.open(task.place);
  console.log('held');
  for await (const _chunk of process.stdin);
  tree.close();
  return { bytesWritten: 0 };
}

function pad(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, ' '.repeat(task.padding ?? 0) + text]));
}

function report(result: ChildReport): void {
  console.log(JSON.stringify(result));
}
