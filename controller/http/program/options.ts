import { parseArgs } from 'node:util';

/** What the program is started with. */
export interface ProgramOptions {
  readonly fleet: string;
  readonly data: string;
  readonly postgres: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly hosts: readonly string[];
  readonly rate: number;
  readonly keepDays: number;
}

/** What `--help` prints. */
export const HELP = `Starts the dispatch controller.

  node controller/main.ts --fleet docs/guides/fleet.json
  node controller/main.ts --fleet fleet.json --postgres postgres://user:password@db:5432/fleetwright --host 0.0.0.0 --allow-host dispatcher.example.com

Options:
  --fleet <file>        what the fleet is (default: fleet.json)
  --data <folder>       where the embedded database and the first tokens are kept (default: .cache/controller)
  --postgres <url>      a PostgreSQL database instead of the embedded one; also in FLEETWRIGHT_POSTGRES, which no list of processes shows
  --host <address>      address to listen on (default: 127.0.0.1)
  --port <number>       port to listen on; 0 for a free one (default: 8080)
  --allow-host <name>   a name under which it may be called, besides localhost and addresses; may be given several times
  --rate <number>       requests that one token may send in a second (default: 1000)
  --keep-days <number>  how long ended tasks are kept (default: 30)
  --help                this text
`;

/** Reads the command line. @returns undefined if help is wanted @throws Error what is wrong, and what would be right */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ProgramOptions | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      fleet: { ...text, default: 'fleet.json' },
      data: { ...text, default: '.cache/controller' },
      postgres: text,
      host: { ...text, default: '127.0.0.1' },
      port: { ...text, default: '8080' },
      'allow-host': { ...text, multiple: true },
      rate: { ...text, default: '1000' },
      'keep-days': { ...text, default: '30' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    fleet: values.fleet,
    data: values.data,
    postgres: values.postgres ?? environment['FLEETWRIGHT_POSTGRES'],
    host: values.host,
    port: wholeNumber('port', values.port, [0, 65_535]),
    hosts: values['allow-host'] ?? [],
    rate: wholeNumber('rate', values.rate, [1, 1_000_000]),
    keepDays: wholeNumber('keep-days', values['keep-days'], [1, 3650]),
  };
}

function wholeNumber(name: string, text: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`'--${name}' must be a whole number from ${least} to ${most}, got '${text}'`);
}
