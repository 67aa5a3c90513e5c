import { FleetwrightError, nearest } from '../../constructs/index.ts';
import { readToolTexts, toolFiles, type ToolCatalogue, type ToolLock } from '../../environments/index.ts';
import { escapeControls } from '../escape-controls.ts';
import { COMMAND, type DataFormat, MARKS, plural, print, printAside, printData, printTable } from '../print.ts';
import { replace, telling } from '../tree/files.ts';
import { type LockChange, lockChanges } from './lock-changes.ts';
import { resolveTools } from './resolve.ts';

const LOCK = 'tools.lock';

/** Options of `fleetwright tools resolve` and `update`. */
export interface ToolsOptions {
  /** Run the servers of npm packages, to read what they say of their tools. */
  readonly describe?: boolean;
}

/** Options of `fleetwright tools diff` and `list`. */
export interface ToolsOutputOptions {
  readonly output: DataFormat | 'table';
}

/** Locks what is missing, and forgets what is no longer in the catalogue. Answers with the exit code. */
export async function resolveLock({ describe = false }: ToolsOptions): Promise<number> {
  const { catalogue, lock } = await readFiles();
  return writeLock(lock, await resolveTools(catalogue, lock, { describe, warn, renew: new Set() }), describe);
}

/** Moves tools to the newest versions in their ranges: those named, or all. Answers with the exit code. */
export async function updateLock(names: readonly string[], { describe = false }: ToolsOptions): Promise<number> {
  const { catalogue, lock } = await readFiles();
  return writeLock(lock, await resolveTools(catalogue, lock, { describe, warn, renew: chosen(names, catalogue) }), describe);
}

/** Tells what `update` would change, and changes nothing. Answers with the exit code, which is 1 where there is something. */
export async function diffLock(names: readonly string[], { describe = false, output }: ToolsOptions & ToolsOutputOptions): Promise<number> {
  const { catalogue, lock } = await readFiles();
  const changes = lockChanges(lock, await resolveTools(catalogue, lock, { describe, warn, renew: chosen(names, catalogue) }));
  if (output !== 'table') printData(changes, output);
  else if (changes.length === 0) print('All tools are at the newest versions in their ranges.');
  else changes.forEach(printChange);
  return changes.length === 0 ? 0 : 1;
}

/** Lists the tools of the catalogue and what is locked of them. Answers with the exit code. */
export async function listLock({ output }: ToolsOutputOptions): Promise<number> {
  const { catalogue, lock } = await readFiles();
  const rows = Object.entries(catalogue)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, tool]) => ({
      name,
      from: tool.npm === undefined ? (tool.image ?? '') : `npm/${tool.npm}`,
      range: tool.range,
      version: lock[name]?.version,
      described: lock[name]?.descriptions !== undefined,
      dependencies: Object.keys(tool.dependencies).sort(),
      description: tool.description,
    }));
  if (output !== 'table') printData(rows, output);
  else if (rows.length === 0) print('No tools.');
  else
    printTable(
      ['NAME', 'FROM', 'RANGE', 'VERSION', 'DESCRIBED', 'DEPENDS ON', 'DESCRIPTION'],
      rows.map((row) => [
        row.name,
        row.from,
        row.range,
        row.version ?? '',
        row.described ? 'yes' : 'no',
        row.dependencies.join(','),
        row.description ?? '',
      ]),
    );
  return 0;
}

async function readFiles(): Promise<{ catalogue: ToolCatalogue; lock: ToolLock }> {
  const { catalogue, lock } = readToolTexts(process.cwd());
  if (catalogue === undefined) {
    const why = `there is no tool catalogue: ${process.cwd()} has no file tools.yaml; write it, or go to the folder that has one`;
    throw new FleetwrightError('FW_TOOLS_INVALID', why);
  }
  const { parseCatalogue, parseLock } = await toolFiles();
  return { catalogue: parseCatalogue(catalogue), lock: lock === undefined ? {} : parseLock(lock) };
}

function chosen(names: readonly string[], catalogue: ToolCatalogue): ReadonlySet<string> {
  const known = Object.keys(catalogue).sort();
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return new Set(names.length === 0 ? known : names);
  const close = nearest(unknown, known);
  const hint = close === undefined ? `known are ${known.join(', ') || 'none'}` : `did you mean '${close}'?`;
  throw new FleetwrightError('FW_USAGE', `there is no tool '${unknown}' in tools.yaml; ${hint}`);
}

async function writeLock(before: ToolLock, after: ToolLock, describe: boolean): Promise<number> {
  const { renderLock } = await toolFiles();
  const changes = lockChanges(before, after);
  const text = renderLock(after);
  const count = plural(Object.keys(after).length, 'tool');
  if (readToolTexts(process.cwd()).lock === text) {
    print(`${LOCK} stays as it is: ${count}.`);
  } else {
    telling(`${LOCK} is as it was.`, () => replace(LOCK, text));
    changes.forEach(printChange);
    print(`${LOCK} written: ${count}. Review it and commit it.`);
  }
  const undescribed = Object.entries(after).filter(([, tool]) => 'npm' in tool && tool.descriptions === undefined);
  if (!describe && undescribed.length > 0) {
    const names = undescribed.map(([name]) => name).join(', ');
    print(
      `Without the digest of what the server says of its tools: ${names}. '${COMMAND} tools resolve --describe' reads it, and runs their code.`,
    );
  }
  return 0;
}

/** A server may say anything. */
function warn(text: string): void {
  printAside(escapeControls(text));
}

function printChange({ tool, change, fields }: LockChange): void {
  print(`${MARKS[change]} ${tool}`);
  for (const [field, { before, after }] of Object.entries(fields)) {
    print(
      `    ${field}: ${[before, after]
        .filter((text) => text !== undefined)
        .map(shorten)
        .join(' → ')}${after === undefined && change === 'changed' ? ' → none' : ''}`,
    );
  }
}

/** Digests are told apart by their beginning. */
function shorten(text: string): string {
  return /^sha(256:|512-)/.test(text) ? `${text.slice(0, 19)}…` : text;
}
