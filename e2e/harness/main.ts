import { join } from 'node:path';
import { describeVerdict } from './checker.ts';
import { type Caught, runFault } from './faults/catch.ts';
import { formatFaults, writeFaults } from './faults/report.ts';
import { type HarnessOptions, readOptions, USAGE } from './options.ts';
import { run } from './run.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'reliability.md');

/** Breaches that are printed. */
const MOST = 20;

/** Interrupted, a run still leaves no process behind. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(code));
process.exitCode = await main();

async function main(): Promise<number> {
  let options: HarnessOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) console.log(USAGE);
  else if (options.faults.length > 0) return catchFaults(options);
  else return proveController(options);
  return 0;
}

async function proveController(options: HarnessOptions): Promise<number> {
  const { seed, store } = options;
  const history = historyFile(`${store}-${seed}`);
  console.log(`seed ${seed}, history ${history}`);
  const { verdict, deeds } = await run({ ...options, source: ROOT, history });
  for (const { promise, what } of verdict.breaches.slice(0, MOST)) console.log(`  ${promise}: ${what}`);
  console.log(`${store}, seed ${seed}, ${deeds}`);
  console.log(describeVerdict(verdict));
  return verdict.breaches.length === 0 ? 0 : 1;
}

async function catchFaults({ faults, seed, write }: HarnessOptions): Promise<number> {
  const all: Caught[] = [];
  for (const fault of faults) {
    const history = historyFile(`${fault.name}-${seed}`);
    console.log(`${fault.name}: seed ${seed}, history ${history}`);
    const caught = await runFault(fault, ROOT, { seed, history });
    all.push(caught);
    for (const { promise, what } of caught.examples) console.log(`  ${promise}: ${what}`);
    console.log(`  ${describeVerdict(caught.result.verdict)}`);
  }
  console.log(formatFaults(all));
  if (write) writeFaults(DOCUMENT, all);
  return all.every(({ fault, promises }) => promises.includes(fault.caughtBy)) ? 0 : 1;
}

function historyFile(name: string): string {
  return join(ROOT, '.cache', 'harness', `${name}.jsonl`);
}
