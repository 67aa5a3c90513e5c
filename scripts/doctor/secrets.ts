import { readFileSync, statSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../constructs/index.ts';
import { plural } from '../print.ts';
import { notChecked, ok, problem, type Result, warning } from './result.ts';
import { runProgram } from './run-program.ts';

const SECRET_KEY = /^AGE-(SECRET-KEY|PLUGIN)-/m;
const OTHERS_MAY_READ = 0o077;

/** Where SOPS looks for the age key, in its order. */
interface KeySource {
  readonly from: string;
  /** The key file's text; never shown. `undefined` where only running a command would tell. */
  readonly text: string | undefined;
  readonly file?: string;
}

/**
 * Whether encrypted secrets can be read and written here. Nothing is decrypted: a file can be by who has the key of one of its
 * recipients. Rendering needs no key, so that most of it warns.
 *
 * @see https://getsops.io/docs/#encrypting-using-age
 */
export async function checkSecrets(environments: readonly Environment[]): Promise<Result[]> {
  if (environments.every(({ sealed }) => Object.keys(sealed).length === 0)) {
    return ['sops', 'age key'].map((check) => notChecked(check, 'no secret is kept in environments/secrets/'));
  }
  return [await checkSops(), ...(await checkKey(environments))];
}

async function checkSops(): Promise<Result> {
  const { outcome, code, stdout, complaint } = await runProgram('sops', ['--version']);
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  if (code === 0 && version !== undefined) return ok('sops', version);
  const found = outcome === 'missing' ? `${complaint}; without it secrets can be rendered, but not edited` : complaint;
  return warning('sops', found, 'install SOPS: https://getsops.io/docs/#download');
}

async function checkKey(environments: readonly Environment[]): Promise<Result[]> {
  const source = findKey();
  if ('status' in source) return [source];
  if (source.text === undefined) return [notChecked('age key', `${source.from} would be run to get it`)];
  if (!SECRET_KEY.test(source.text)) {
    return [
      problem(
        'age key',
        `${source.from} holds no age secret key`,
        "make one with 'age-keygen', and ask for its public key to be added to the recipients",
      ),
    ];
  }
  const place = checkPlace(source);
  const { outcome, code, stdout, complaint } = await runProgram('age-keygen', ['-y'], source.text);
  if (outcome === 'missing') return [place, notChecked('secrets', complaint, 'install age: https://age-encryption.org')];
  // What it complains about could be the key.
  if (code !== 0)
    return [
      place,
      problem(
        'secrets',
        `age-keygen takes no public key from ${source.from}`,
        `look at ${source.from}: one key a line, as 'age-keygen' writes it`,
      ),
    ];
  if (stdout === '') return [place, notChecked('secrets', complaint)];
  const keys = new Set(stdout.split('\n').map((line) => line.trim()));
  return [place, ...environments.flatMap((environment) => checkRecipients(environment, keys))];
}

function findKey(): KeySource | Result {
  const { SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD } = process.env;
  if (SOPS_AGE_KEY) return { from: 'SOPS_AGE_KEY', text: SOPS_AGE_KEY };
  if (SOPS_AGE_KEY_FILE) {
    const text = read(SOPS_AGE_KEY_FILE);
    if (text !== undefined) return { from: SOPS_AGE_KEY_FILE, text, file: SOPS_AGE_KEY_FILE };
    return problem(
      'age key',
      `SOPS_AGE_KEY_FILE is ${SOPS_AGE_KEY_FILE}, which cannot be read`,
      "correct it, or 'unset SOPS_AGE_KEY_FILE'",
    );
  }
  if (SOPS_AGE_KEY_CMD) return { from: 'SOPS_AGE_KEY_CMD', text: undefined };
  const file = defaultKeyFile();
  const text = read(file);
  if (text !== undefined) return { from: file, text, file };
  const fix = `run 'age-keygen -o ${file}', and ask for its public key to be added to the recipients; or set SOPS_AGE_KEY_FILE`;
  return warning('age key', `neither SOPS_AGE_KEY_FILE is set, nor is there ${file}; encrypted secrets cannot be edited here`, fix);
}

function defaultKeyFile(): string {
  const { XDG_CONFIG_HOME = '', APPDATA = homedir() } = process.env;
  return join(XDG_CONFIG_HOME === '' ? configFolder(APPDATA) : XDG_CONFIG_HOME, 'sops', 'age', 'keys.txt');
}

function configFolder(appData: string): string {
  if (platform() === 'win32') return appData;
  return platform() === 'darwin' ? join(homedir(), 'Library', 'Application Support') : join(homedir(), '.config');
}

/** A pipe would never end. */
function read(file: string): string | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function checkPlace({ from, file }: KeySource): Result {
  if (file === undefined || platform() === 'win32' || (statSync(file).mode & OTHERS_MAY_READ) === 0) return ok('age key', from);
  return warning('age key', `${file} can be read by others on this machine`, `run 'chmod 600 ${file}'`);
}

function checkRecipients({ name, sealed }: Environment, keys: ReadonlySet<string>): Result[] {
  const files = Object.entries(sealed).map(([id, manifest]) => ({
    file: `environments/secrets/${name}/${id}.yaml`,
    recipients: recipientsOf(manifest),
  }));
  if (files.length === 0) return [];
  const check = `secrets of ${name}`;
  const closed = files.filter(({ recipients }) => !recipients.some((recipient) => keys.has(recipient)));
  const [first] = closed;
  if (first === undefined) return [ok(check, `${plural(files.length, 'file')} can be decrypted with this key`)];
  const whose = first.recipients.join(', ') || 'nobody by age';
  const fix = `have someone who can decrypt them run 'sops updatekeys ${first.file}' with ${[...keys].join(', ')} among the recipients`;
  return [
    warning(
      check,
      `${closed.length} of ${plural(files.length, 'file')} cannot be decrypted with this key; ${first.file} is for ${whose}`,
      fix,
    ),
  ];
}

function recipientsOf(manifest: object): string[] {
  const { sops } = manifest as { sops?: { age?: unknown } | null };
  const entries: readonly unknown[] = Array.isArray(sops?.age) ? sops.age : [];
  return entries.flatMap((entry) => {
    const { recipient } = (entry ?? {}) as { recipient?: unknown };
    return typeof recipient === 'string' ? [recipient] : [];
  });
}
