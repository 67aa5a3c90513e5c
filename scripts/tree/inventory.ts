import { FleetwrightError } from '../../constructs/index.ts';
import { look, read } from './files.ts';

const VERSION = 1;

/** The files that the writer owns: path → SHA-256 of the text, in hexadecimal. Ask it by `digestOf`. */
export type Inventory = Readonly<Record<string, string>>;

/** Reads the list of owned files; empty when there is none. Its paths are not checked here: check one before you use it. */
export function readInventory(path: string): Inventory {
  const stats = look(path);
  if (stats === undefined) return {};
  if (!stats.isFile()) throw refuse(path, 'it is not a plain file');
  return parseInventory(path, read(path).toString('utf8'));
}

/** Reads the text of an inventory; `path` is for messages. */
export function parseInventory(path: string, text: string): Inventory {
  const { version, files } = parseJson(path, text);
  if (typeof version === 'number' && version > VERSION)
    throw refuse(path, `it is of version ${version}, made by a newer Fleetwright; update this one`);
  if (version !== VERSION || typeof files !== 'object' || files === null) throw refuse(path, 'it is not an inventory');
  return files as Inventory;
}

/** The digest of an owned file; `undefined` for a file that is not owned. */
export function digestOf(inventory: Inventory, path: string): string | undefined {
  return Object.hasOwn(inventory, path) ? inventory[path] : undefined;
}

/** The text of an inventory: sorted, one line for each file, so that it merges well. */
export function formatInventory(inventory: Inventory): string {
  const paths = Object.keys(inventory).sort();
  const rows = paths.map((path) => `\n    ${JSON.stringify(path)}: ${JSON.stringify(inventory[path])}`);
  return `{\n  "version": ${VERSION},\n  "files": {${rows.join(',')}${rows.length === 0 ? '' : '\n  '}}\n}\n`;
}

function parseJson(path: string, text: string): { readonly version?: unknown; readonly files?: unknown } {
  try {
    return Object(JSON.parse(text)) as object;
  } catch (error) {
    throw refuse(path, 'it is not JSON', error);
  }
}

function refuse(path: string, why: string, cause?: unknown): FleetwrightError {
  const advice = 'Restore it from git. Or delete it: files that are up to date are then taken over, and others have to be moved away.';
  return new FleetwrightError('FW_OUTPUT_UNSAFE', `The inventory ${path} cannot be trusted: ${why}. ${advice}`, { cause });
}
