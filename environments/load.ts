import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeProblem, type Environment, findNameProblems, FleetwrightError, type Manifest, nearest } from '../constructs/index.ts';
import type * as Parser from './parse.ts';
import { isPulumiFile, refuseOtherStacks } from './pulumi-files.ts';
import { addToolImages, loadTools, readToolTexts, type ToolTexts } from './tools.ts';

/**
 * What environments are read by: another version may read them differently. As source these are the programs; in the package,
 * where they are bundled, its version stands for them.
 */
const SOURCES = import.meta.filename.endsWith('.ts')
  ? ['formats.ts', 'load.ts', 'parse.ts', 'tool-catalogue.ts', 'tool-lock.ts', 'tools.ts']
  : [];
const PROGRAM = ['environment.schema.json', 'tools-lock.schema.json', 'tools.schema.json', ...SOURCES, '../package.json'];

/**
 * Names of the environments of a project: those of the files `environments/*.yaml`, in alphabetical order.
 *
 * @throws FleetwrightError FW_ENVIRONMENT_INVALID for a file whose name is none
 */
export function environmentNames(root: string): string[] {
  const files = listFolder(join(root, 'environments'));
  const short = files.find((file) => file.endsWith('.yml'));
  if (short !== undefined) throw badName(short, `it is not read; rename it to ${basename(short, '.yml')}.yaml`);
  const names = files.filter((file) => file.endsWith('.yaml') && !isPulumiFile(file)).map((file) => basename(file, '.yaml'));
  for (const name of names) {
    const [problem] = findNameProblems('name', name);
    if (problem !== undefined) throw badName(`${name}.yaml`, describeProblem(problem));
  }
  return names.sort();
}

/** Options of `loadEnvironment`. */
export interface LoadEnvironmentOptions {
  /**
   * Reads the file again instead of trusting what was remembered of it.
   *
   * @default false
   */
  readonly fresh?: boolean;
}

/**
 * Reads `environments/<name>.yaml` of the project at `root`, with the encrypted secrets beside it and the tools of `tools.lock`.
 *
 * What was read and found valid is kept in `.cache/`, by the digest of all that was read, so that neither the YAML parser
 * nor the schema compiler is loaded while the file stays the same.
 *
 * @throws FleetwrightError FW_ENVIRONMENT_UNKNOWN, FW_ENVIRONMENT_INVALID, FW_ENGINE_REFUSED, FW_TOOLS_INVALID, FW_TOOLS_LOCK_INVALID, FW_TOOLS_LOCK_STALE
 */
export async function loadEnvironment(root: string, name: string, { fresh = false }: LoadEnvironmentOptions = {}): Promise<Environment> {
  const sources = readSources(root, name);
  const cacheFile = join(root, '.cache', 'environments', `${name}.json`);
  const cached = fresh ? undefined : readCache(cacheFile, sources.digest);
  const environment = cached ?? (await parseSources(name, sources));
  if (cached === undefined) writeCache(cacheFile, sources.digest, environment);
  refuseOtherStacks(root, environment);
  return environment;
}

async function parseSources(name: string, sources: Sources): Promise<Environment> {
  // Loaded here, because a run that finds the file unchanged needs neither the YAML parser nor the schema compiler.
  const parser = await import('./parse.ts');
  const main = parseMain(parser, sources);
  const { images, tools } = await loadTools(sources.tools);
  return {
    name,
    ...main,
    images: addToolImages(main.images, images, sources.file),
    sealed: parseSealed(parser, sources),
    tools,
  };
}

interface Sources {
  readonly digest: string;
  readonly file: string;
  readonly text: string;
  readonly schema: string;
  /** `<org>.<id>` → the file and its text. */
  readonly sealed: ReadonlyMap<string, { readonly file: string; readonly text: string }>;
  readonly tools: ToolTexts;
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
      .map((entry) => [basename(entry, '.yaml'), { file: join(folder, entry), text: readPlain(root, join(folder, entry)) }]),
  );
  const tools = readToolTexts(root);
  const programs = PROGRAM.map((source) => readFileSync(join(import.meta.dirname, source), 'utf8'));
  const digest = createHash('sha256')
    .update(JSON.stringify([...programs, text, [...sealed], tools]))
    .digest('hex');
  return { digest, file, text, schema, sealed, tools };
}

function readMain(root: string, name: string, file: string): string {
  const known = environmentNames(root);
  if (!known.includes(name)) {
    const close = nearest(name, known);
    const hint = close === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean '${close}'?`;
    throw new FleetwrightError('FW_ENVIRONMENT_UNKNOWN', `there is no environment '${name}': ${file} does not exist; ${hint}`);
  }
  return readPlain(root, file);
}

/** Reads a plain file. A pipe would never end, and a device might not. */
function readPlain(root: string, file: string): string {
  try {
    if (statSync(join(root, file)).isFile()) return readFileSync(join(root, file), 'utf8');
  } catch (cause) {
    throw unreadable(file, cause);
  }
  throw unreadable(file);
}

function unreadable(file: string, cause?: unknown): FleetwrightError {
  return new FleetwrightError('FW_ENVIRONMENT_UNKNOWN', `${file} cannot be read; check that it is a file that you may read`, { cause });
}

function badName(file: string, why: string): FleetwrightError {
  return new FleetwrightError('FW_ENVIRONMENT_INVALID', `${join('environments', file)} cannot be an environment: ${why}`);
}

function parseMain(parser: typeof Parser, { file, text, schema }: Sources): Omit<Environment, 'name' | 'sealed' | 'tools'> {
  const parsed = parser.parseBySchema(text, schema);
  if ('problems' in parsed) throw invalid(file, parsed.problems);
  return parsed.data as ReturnType<typeof parseMain>;
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
    writeFileSync(temporary, JSON.stringify({ digest, environment }), { flag: 'wx' });
    renameSync(temporary, file);
  } catch {
    // Slower, and nothing else.
  }
}
