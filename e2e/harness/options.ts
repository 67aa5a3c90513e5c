import { parseArgs } from 'node:util';
import { type Fault, faultNamed, FAULTS } from './faults/table.ts';
import type { RunOptions } from './run.ts';

/** What `--help` prints. */
export const USAGE = `Kills the controller again and again under load, and judges from the history whether it kept its promises.

  npm run harness -- --kills 200 --seed 7
  npm run harness -- --kills 200 --store postgres
  npm run harness -- --kills 200 --store postgres --replicas 2
  npm run harness -- --postgres-restarts 60
  npm run harness -- --fault report-without-fence
  npm run harness -- --faults

Options:
  --kills <n>               how often the controller is killed (default: 25)
  --seed <n>                what happens, and when (default: 7)
  --store <name>            pglite or postgres (default: pglite)
  --replicas <n>            controllers on one PostgreSQL, of which one at a time is killed (default: 1)
  --minutes <n>             no more harm after so many minutes (default: 60)
  --postgres-restarts <n>   stops and starts PostgreSQL every 5 s, so many times, instead of killing the controller
  --fault <name>            puts a fault into a copy of the controller first; passes when the harness catches it
  --faults                  all faults, one after the other
  --write                   with --faults: puts the table into docs/reliability.md
  --help                    this text

Exit codes: 0 every promise was kept, or every fault caught; 1 not so; 2 wrong use.
`;

/** Ends of tasks between two kills. */
const ENDS = 20;

/** Longer than the pause after the fifth lost attempt, in milliseconds. */
const STILL_MS = 25_000;

/** What is wanted. */
export interface HarnessOptions extends Omit<RunOptions, 'source' | 'history'> {
  /** Faults to catch; none for a run of the controller as it is. */
  readonly faults: readonly Fault[];
  readonly write: boolean;
  readonly help: boolean;
}

/** Reads the command line. @throws Error what is wrong, and what would be right */
export function readOptions(args: readonly string[]): HarnessOptions {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: text('25'),
      seed: text('7'),
      store: text('pglite'),
      replicas: text('1'),
      minutes: text('60'),
      'postgres-restarts': text('0'),
      fault: { type: 'string' },
      faults: flag,
      write: flag,
      help: flag,
    },
  });
  const restarts = wholeNumber('postgres-restarts', values['postgres-restarts']);
  const store = restarts > 0 ? 'postgres' : storeNamed(values.store);
  const replicas = wholeNumber('replicas', values.replicas);
  if (replicas < 1 || (replicas > 1 && store !== 'postgres'))
    throw new Error(`'--replicas' must be 1, or more with '--store postgres'; got ${replicas}`);
  return {
    kills: wholeNumber('kills', values.kills),
    ends: ENDS,
    stillMs: STILL_MS,
    seed: wholeNumber('seed', values.seed),
    store,
    replicas,
    minutes: wholeNumber('minutes', values.minutes),
    restarts,
    faults: values.faults ? FAULTS : values.fault === undefined ? [] : [faultOr(values.fault)],
    write: values.write,
    help: values.help,
  };
}

function storeNamed(name: string): RunOptions['store'] {
  if (name === 'pglite' || name === 'postgres') return name;
  throw new Error(`'--store' must be pglite or postgres, got '${name}'`);
}

function faultOr(name: string): Fault {
  const fault = faultNamed(name);
  if (fault === undefined) throw new Error(`'--fault' must be one of ${FAULTS.map((each) => each.name).join(', ')}; got '${name}'`);
  return fault;
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`'--${name}' must be a whole number, got '${text}'`);
}
