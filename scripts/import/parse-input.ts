import { type Document, isMap, isScalar, LineCounter, parseAllDocuments, visit, type YAMLMap } from 'yaml';
import { isRecord } from '../is-record.ts';
import { invalidInput, type InputText } from './read-input.ts';

/** One resource as it stands in the input. */
export interface InputDocument {
  readonly file: string;
  /** The line on which it begins. */
  readonly line: number;
  /** Its place in a list of resources: `items[3]`; empty where it is a document of its own. */
  readonly path: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const MOST_ALIASES = 20;
const MOST_DEPTH = 60;
const MOST_PROBLEMS = 20;

/**
 * All resources of the input, those of lists included.
 *
 * @throws FleetwrightError FW_IMPORT_INVALID with the line of each problem
 */
export function parseInput(inputs: readonly InputText[]): InputDocument[] {
  const problems: string[] = [];
  const documents = inputs.flatMap((input) => parseText(input, problems));
  if (problems.length > 0) {
    const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `\n  - ${problem}`);
    const rest = problems.length > shown.length ? `\n  and ${problems.length - shown.length} more` : '';
    throw invalidInput(`the input cannot be read:${shown.join('')}${rest}`);
  }
  if (documents.length === 0) throw invalidInput(`${inputs.map(({ file }) => file).join(', ')} holds no resource`);
  return documents;
}

function parseText({ file, text }: InputText, problems: string[]): InputDocument[] {
  const lines = new LineCounter();
  const lineOf = (offset = 0) => lines.linePos(offset).line;
  const found: InputDocument[] = [];
  const wrong: string[] = [];
  try {
    for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })) {
      const own = findProblems(document, lineOf);
      if (own.length > 0) for (const problem of own) wrong.push(`${file}:${problem}`);
      else found.push(...resourcesOf(document, file, lineOf));
    }
  } catch (error) {
    wrong.push(`${file}: ${error instanceof RangeError ? 'it is nested too deeply' : explain(error)}`);
  }
  for (const problem of wrong.length > 0 ? describeHelm(file, text, wrong) : wrong) problems.push(problem);
  return found;
}

/** Templates are rarely YAML, and what is wrong with them as YAML helps nobody. */
function describeHelm(file: string, text: string, wrong: readonly string[]): readonly string[] {
  const at = text.search(/^[^#\n]*\{\{/m);
  if (at === -1) return wrong;
  const line = text.slice(0, at).split('\n').length;
  return [`${file}:${line}: it is a Helm template; render it first: 'helm template <chart> | fleetwright import -'`];
}

function findProblems(document: Document.Parsed, lineOf: (offset?: number) => number): string[] {
  const found = [...document.errors, ...document.warnings];
  const tooDeep = found.find(({ message }) => /call stack|stack overflow/i.test(message));
  // What else is wrong comes of it.
  if (tooDeep !== undefined) return [`${lineOf(tooDeep.pos[0])}: it is nested too deeply`];
  const problems = found.map(({ pos, message }) => `${lineOf(pos[0])}: ${firstLine(message)}`);
  let depth = 0;
  visit(document, {
    Node: (_, node, path) => {
      if (path.length > MOST_DEPTH * 2) depth = Math.max(depth, lineOf(node.range?.[0]));
    },
    Map: (_, map) => {
      for (const [key, offset] of twiceIn(map)) problems.push(`${lineOf(offset)}: the key '${key}' stands there twice`);
    },
    Pair: (_, { key }) => {
      const name = isScalar(key) ? key.value : undefined;
      const line = lineOf((isScalar(key) || isMap(key) ? key.range?.[0] : undefined) ?? 0);
      if (name === null || typeof name === 'object' || name === undefined) problems.push(`${line}: a key must be a text`);
      if (name === '__proto__') problems.push(`${line}: '__proto__' cannot be a key`);
    },
  });
  if (depth > 0) problems.push(`${depth}: it is nested more than ${MOST_DEPTH} levels deep`);
  return problems;
}

/** The keys that a mapping has more than once, with their places. The parser compares each with each, which takes minutes for many. */
function* twiceIn({ items }: YAMLMap): Generator<readonly [key: string, offset: number | undefined]> {
  const seen = new Set<string>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name)) yield [name, key.range?.[0]];
    seen.add(name);
  }
}

function resourcesOf(document: Document.Parsed, file: string, lineOf: (offset?: number) => number): InputDocument[] {
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return [];
  const line = lineOf(document.contents.range[0]);
  const data: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
  if (!isRecord(data)) return [{ file, line, path: '', data: { kind: '', value: data } }];
  const { kind, items } = data;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [{ file, line, path: '', data }];
  const nodes = isMap(document.contents) ? document.contents.get('items', true) : undefined;
  const places = isMap(nodes) || nodes === undefined || !('items' in nodes) ? [] : (nodes.items as { range?: [number] }[]);
  return items.map((item: unknown, at) => ({
    file,
    line: lineOf(places[at]?.range?.[0] ?? document.contents?.range[0]),
    path: `items[${at}]`,
    data: isRecord(item) ? item : { kind: '', value: item },
  }));
}

function explain(error: unknown): string {
  const message = error instanceof Error ? firstLine(error.message) : String(error);
  return /alias count/i.test(message) ? `more than ${MOST_ALIASES} aliases of what is large; write the values out` : message;
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
