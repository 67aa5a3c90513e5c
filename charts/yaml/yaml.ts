import { isShared } from '../../constructs/index.ts';
import { UnwritableValue, renderLine, renderText } from './yaml-text.ts';
import { DEEPEST, LONGEST_KEY, explainUnwritable } from './yaml-unwritable.ts';

/** Insertion sort beats the built-in sort on the short, nearly sorted key lists of manifests. */
const INSERTION_SORT_LIMIT = 24;

/** The texts of shared pieces, by how deep they stand. */
const written = new WeakMap<object, string[]>();

/** Objects of a part that have one name have their metadata in common: those that were written last, as what follows their key. */
const last: { metadata: unknown; text: string } = { metadata: undefined, text: '' };

/** A line break and the indent of each level. */
const NEW_LINES: readonly string[] = Array.from({ length: DEEPEST + 2 }, (_, depth) => `\n${'  '.repeat(depth)}`);

/**
 * The documents as one YAML stream: keys sorted, block style, `---` between documents, a line break at the end.
 *
 * Readers of YAML 1.1 and 1.2 give back the same data. As in cdk8s, fields that are `null` or `undefined` are left out, and
 * empty lists, maps and texts stay. Text is checked to be text that UTF-8 can hold, and data to be plain.
 *
 * @throws InvalidValueError naming the document and the key path, for a value that YAML cannot hold.
 */
export function toYaml(documents: readonly unknown[]): string {
  try {
    let stream = '';
    last.metadata = undefined;
    for (const document of documents) stream += (stream === '' ? '' : '---\n') + renderNode(document, 0) + '\n';
    return stream;
  } catch (error) {
    throw error instanceof UnwritableValue ? explainUnwritable(documents) : error;
  }
}

function renderNode(value: unknown, depth: number): string {
  // Lines of a block at the top level need an indent too: '---' at the start of one would end the document.
  if (typeof value !== 'object' || value === null) return renderScalar(value, depth || 1);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : renderList(value, depth);
  return renderMap(value as Record<string, unknown>, depth) || '{}';
}

/** The entries from the second on start with a line break; the first stands where the caller has stopped. */
function renderMap(map: Readonly<Record<string, unknown>>, depth: number): string {
  const known = written.get(map)?.[depth];
  if (known !== undefined) return known;
  checkContainer(map, depth);
  const keys = sortKeys(Object.keys(map));
  const newLine = lineAt(depth);
  let text = '';
  // An index loop: this is the hottest loop of a synthesis.
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    const value = map[key];
    if (value === undefined || value === null) continue;
    text +=
      (text === '' ? '' : newLine) +
      renderKey(key) +
      (depth === 0 && key === 'metadata' ? renderMetadata(value) : renderEntry(value, depth));
  }
  if (isShared(map)) remember(map, depth, text);
  return text;
}

/** Joined pieces of text become one here, as they are about to be copied many times. */
function remember(piece: object, depth: number, text: string): void {
  const texts = written.get(piece) ?? [];
  texts[depth] = Buffer.from(text).toString();
  written.set(piece, texts);
}

function renderMetadata(metadata: unknown): string {
  if (metadata === last.metadata) return last.text;
  last.text = renderEntry(metadata, 0);
  last.metadata = metadata;
  return last.text;
}

/** What follows a key: `: value`, or `:` and the nested lines. */
function renderEntry(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return `: ${renderScalar(value, depth + 1)}`;
  if (Array.isArray(value)) return value.length === 0 ? ': []' : `:${lineAt(depth + 1)}${renderList(value, depth + 1)}`;
  const nested = renderMap(value as Record<string, unknown>, depth + 1);
  return nested === '' ? ': {}' : `:${lineAt(depth + 1)}${nested}`;
}

function renderList(list: readonly unknown[], depth: number): string {
  const known = written.get(list)?.[depth];
  if (known !== undefined) return known;
  if (depth > DEEPEST) throw new UnwritableValue();
  const dash = `${lineAt(depth)}- `;
  let text = `- ${renderNode(list[0], depth + 1)}`;
  for (let index = 1; index < list.length; index++) text += dash + renderNode(list[index], depth + 1);
  if (isShared(list)) remember(list, depth, text);
  return text;
}

function renderScalar(value: unknown, depth: number): string {
  if (typeof value === 'string') return renderText(value, lineAt(depth));
  if (typeof value === 'number') return renderNumber(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  throw new UnwritableValue();
}

/** Readers of YAML 1.1 take an exponent for a number only after a decimal point. */
function renderNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) throw new UnwritableValue();
  const text = String(value);
  return text.includes('e') && !text.includes('.') ? text.replace('e', '.0e') : text;
}

function renderKey(key: string): string {
  const text = renderLine(key);
  if (text.length > LONGEST_KEY) throw new UnwritableValue();
  return text;
}

function checkContainer(map: object, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(map);
  if (depth > DEEPEST || (prototype !== Object.prototype && prototype !== null)) throw new UnwritableValue();
}

function lineAt(depth: number): string {
  return NEW_LINES[depth] ?? '\n';
}

/** Sorts by UTF-16 code units, as `Array.sort` does. Changes the list that it is given. */
function sortKeys(keys: string[]): string[] {
  if (keys.length > INSERTION_SORT_LIMIT) return keys.sort();
  for (let index = 1; index < keys.length; index++) {
    const key = keys[index] as string;
    let hole = index;
    for (; hole > 0 && (keys[hole - 1] as string) > key; hole--) keys[hole] = keys[hole - 1] as string;
    keys[hole] = key;
  }
  return keys;
}
