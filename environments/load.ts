import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Environment, FleetwrightError, type Manifest, nearest } from '../constructs/index.ts';
import type * as Parser from './parse.ts';

/** Names of the environments of a project: those of the files `environments/*.yaml`, in alphabetical order. */
export function environmentNames(root: string): string[] {
  return listFolder(join(root, 'environments'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * Reads `environments/<name>.yaml` of the project at `root`, with the encrypted secrets beside it.
 *
 * What was read and found valid is kept in `.cache/`, by the digest of all that was read, so that neither the YAML parser
 * nor the schema compiler is loaded while the file stays the same.
 *
 * @throws FleetwrightError FW_ENVIRONMENT_UNKNOWN, FW_ENVIRONMENT_INVALID
 */
export async function loadEnvironment(root: string, name: string): Promise<Environment> {
  const sources = readSources(root, name);
  const cacheFile = join(root, '.cache', 'environments', `${name}.json`);
  const cached = readCache(cacheFile, sources.digest);
  if (cached !== undefined) return cached;

  // Loaded here, because a run that finds the file unchanged needs neither the YAML parser nor the schema compiler.
  const parser = await import('./parse.ts');
  const environment: Environment = { name, ...parseMain(parser, sources), sealed: parseSealed(parser, sources) };
  writeCache(cacheFile, sources.digest, environment);
  return environment;
}

interface Sources {
  readonly digest: string;
  readonly file: string;
  readonly text: string;
  readonly schema: string;
  /** `<org>.<id>` → the file and its text. */
  readonly sealed: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
}

function readSources(root: string, name: string): Sources {
  const file = join('environments', `${name}.yaml`);
  const text = readMain(root, name, file);
  const schema = readFileSync(join(import.meta.dirname, 'environment.schema.json'), 'utf8');
  const folder = join('environments', 'secrets', name);
  const sealed = new Map(
    listFolder(join(root, folder))
      .filter((entry) => entry.endsWith('.yaml'))
      .sort()
      .map((entry) => [basename(entry, '.yaml'), { file: join(folder, entry), text: readFileSync(join(root, folder, entry), 'utf8') }]),
  );
  const digest = createHash('sha256')
    .update(JSON.stringify([text, schema, [...sealed]]))
    .digest('hex');
  return { digest, file, text, schema, sealed };
}

function readMain(root: string, name: string, file: string): string {
  const known = environmentNames(root);
  if (!known.includes(name)) {
    const close = nearest(name, known);
    const hint = close === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean '${close}'?`;
    throw new FleetwrightError('FW_ENVIRONMENT_UNKNOWN', `there is no environment '${name}': ${file} does not exist; ${hint}`);
  }
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (cause) {
    throw new FleetwrightError('FW_ENVIRONMENT_UNKNOWN', `${file} cannot be read; check that it is a file that you may read`, { cause });
  }
}

function parseMain(parser: typeof Parser, { file, text, schema }: Sources): Omit<Environment, 'name' | 'sealed'> {
  const parsed = parser.parseEnvironment(text, schema);
  if ('problems' in parsed) throw invalid(file, parsed.problems);
  return parsed.data as Omit<Environment, 'name' | 'sealed'>;
}

function parseSealed(parser: typeof Parser, { sealed }: Sources): Record<string, Manifest> {
  const manifests: Record<string, Manifest> = {};
  for (const [id, { file, text }] of sealed) {
    const parsed = parser.parseYaml(text);
    if ('problems' in parsed) throw invalid(file, parsed.problems);
    const kind = (parsed.data as Partial<Manifest> | null)?.kind;
    if (kind !== 'SopsSecret') throw invalid(file, [{ at: '1:1', message: `the file must hold a SopsSecret, got ${kind ?? 'none'}` }]);
    manifests[id] = parsed.data as Manifest;
  }
  return manifests;
}

function invalid(file: string, problems: readonly Parser.FileProblem[]): FleetwrightError {
  const shown = problems.slice(0, 20).map(({ at, message }) => `\n  - ${file}:${at} ${message}`);
  const rest = problems.length > shown.length ? `\n  and ${problems.length - shown.length} more` : '';
  return new FleetwrightError('FW_ENVIRONMENT_INVALID', `${file} cannot be used:${shown.join('')}${rest}`);
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readCache(file: string, digest: string): Environment | undefined {
  try {
    const cached = JSON.parse(readFileSync(file, 'utf8')) as { digest?: string; environment?: Environment };
    return cached.digest === digest ? cached.environment : undefined;
  } catch {
    return undefined;
  }
}

/** The cache is a convenience: where it cannot be written, the next run reads the file again. */
function writeCache(file: string, digest: string, environment: Environment): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify({ digest, environment }));
    renameSync(temporary, file);
  } catch {
    // Slower, and nothing else.
  }
}
