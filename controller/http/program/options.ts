import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { accessFromPod, type ClusterAccess } from '../../jobs/index.ts';
import { checkUrl } from '../access/issuers.ts';
import type { OidcOptions } from '../access/oidc.ts';

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
  /** Where the secrets of triggers are. */
  readonly hooks?: string | undefined;
  /** The cluster whose Jobs are made and whose workers are known; none outside of one. */
  readonly kubernetes?: ClusterAccess | undefined;
  /** Who knows people. */
  readonly oidc?: OidcOptions | undefined;
}

/** What `--help` prints. */
export const HELP = `Starts the dispatch controller.

  node controller/main.ts --fleet docs/guides/fleet.json
  node controller/main.ts --fleet fleet.json --postgres postgres://user:password@db:5432/fleetwright --host 0.0.0.0 --allow-host dispatcher.example.com

Options:
  --fleet <file>        what the fleet is, or a folder with a file for each org (default: fleet.json)
  --data <folder>       where the embedded database and the first tokens are kept (default: .cache/controller)
  --postgres <url>      a PostgreSQL database instead of the embedded one; also in FLEETWRIGHT_POSTGRES, which no list of processes shows
  --postgres-file <file> a file that holds that URL, read at the start
  --host <address>      address to listen on (default: 127.0.0.1)
  --port <number>       port to listen on; 0 for a free one (default: 8080)
  --allow-host <name>   a name under which it may be called, besides localhost and addresses; may be given several times
  --rate <number>       requests that one token may send in a second (default: 1000)
  --keep-days <number>  how long ended tasks are kept (default: 30)
  --hooks <folder>      where the secrets of triggers are, as <org>/<trigger> (default: /etc/fleetwright/hooks)
  --kubernetes <url>    a cluster to make Jobs in and to ask about workers' tokens; in a pod, its own
  --kubernetes-token <file>, --kubernetes-ca <file>
                        the token for that cluster, and the certificate of its authority
  --oidc-issuer <url>   an OpenID provider whose tokens are good for people, by groups such as fleetwright:<org>:<role>
  --oidc-audience <id>  what these tokens must be issued for
  --oidc-groups <name>  the claim that lists groups (default: groups)
  --help                this text

On SIGHUP it reads the fleet again; one that cannot be used leaves it with the one it has.
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
      'postgres-file': text,
      host: { ...text, default: '127.0.0.1' },
      port: { ...text, default: '8080' },
      'allow-host': { ...text, multiple: true },
      rate: { ...text, default: '1000' },
      'keep-days': { ...text, default: '30' },
      hooks: text,
      kubernetes: text,
      'kubernetes-token': text,
      'kubernetes-ca': text,
      'oidc-issuer': text,
      'oidc-audience': text,
      'oidc-groups': { ...text, default: 'groups' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    fleet: values.fleet,
    data: values.data,
    postgres: values.postgres ?? readUrl(values['postgres-file']) ?? environment['FLEETWRIGHT_POSTGRES'],
    host: values.host,
    port: wholeNumber('port', values.port, [0, 65_535]),
    hosts: values['allow-host'] ?? [],
    rate: wholeNumber('rate', values.rate, [1, 1_000_000]),
    keepDays: wholeNumber('keep-days', values['keep-days'], [1, 3650]),
    hooks: values.hooks,
    kubernetes: clusterOf(values) ?? accessFromPod(environment),
    oidc: oidcOf(values),
  };
}

function readUrl(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new Error(`The file '${file}' of '--postgres-file' cannot be read`, { cause });
  }
}

type Values = Readonly<Record<string, unknown>>;

function clusterOf(values: Values): ClusterAccess | undefined {
  const [url, tokenFile, caFile] = together(values, ['kubernetes', 'kubernetes-token', 'kubernetes-ca']);
  if (url === undefined || tokenFile === undefined || caFile === undefined) return undefined;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:')
    throw new Error(`'--kubernetes' must be a URL that begins with https://, got '${url}'`);
  return { url, tokenFile, caFile };
}

function oidcOf(values: Values): OidcOptions | undefined {
  const [issuer, audience] = together(values, ['oidc-issuer', 'oidc-audience']);
  if (issuer === undefined || audience === undefined) return undefined;
  checkUrl(issuer);
  return { issuer, audience, groupsClaim: String(values['oidc-groups']) };
}

/** Options of which all are given, or none. @throws Error which are missing */
function together(values: Values, names: readonly string[]): (string | undefined)[] {
  const missing = names.filter((name) => values[name] === undefined).map((name) => `'--${name}'`);
  if (missing.length > 0 && missing.length < names.length)
    throw new Error(`${names.map((name) => `'--${name}'`).join(', ')} belong together; ${missing.join(' and ')} is missing`);
  return names.map((name) => (missing.length > 0 ? undefined : String(values[name])));
}

function wholeNumber(name: string, text: string, [least, most]: readonly [number, number]): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`'--${name}' must be a whole number from ${least} to ${most}, got '${text}'`);
}
