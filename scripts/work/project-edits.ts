import { isDeepStrictEqual } from 'node:util';
import { FleetwrightError } from '../../constructs/index.ts';
import { isRecord } from '../is-record.ts';

/** What is kept of a project: its title and its data. */
type Document = Readonly<Record<string, unknown>>;

/** What is to be at a place, such as `['data', 'build', 'branch']`; without a value, nothing. */
export interface Edit {
  readonly path: readonly string[];
  readonly value?: unknown;
}

/** What is different at a place; before or after it is left out where there was or is nothing. */
export interface Change {
  readonly path: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What looks like a number, but may be a version, a commit or a date. */
const NUMBER = /^-?\d[\d.eE+-]*$/;

/** A text, with the colon where it is a key, or where an object or a list begins or ends. */
const TOKEN = /"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g;

/** As deep as the data of a project may be. */
const DEPTH = 100;

/** `build.branch=main`. @throws FleetwrightError FW_USAGE */
export function parseAssignment(text: string): Edit {
  const at = text.indexOf('=');
  if (at < 1) throw new FleetwrightError('FW_USAGE', `say what to set as key=value, such as branch=main; got '${text}'`);
  return { path: parseKey(text.slice(0, at)), value: parseValue(text.slice(at + 1)) };
}

/** `build.branch`. @throws FleetwrightError FW_USAGE */
export function parseKey(text: string): string[] {
  const keys = text.split('.');
  if (keys.includes('')) throw new FleetwrightError('FW_USAGE', `a key is a name, or names with dots between them; got '${text}'`);
  return ['data', ...keys];
}

/** JSON where it is JSON that is kept as it is written, or else the text itself. */
function parseValue(text: string): unknown {
  if (NUMBER.test(text)) return String(Number(text)) === text ? Number(text) : text;
  try {
    return parseExactly(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** @throws SyntaxError; FleetwrightError FW_USAGE where something would not be kept as it is written */
export function parseExactly(text: string): unknown {
  JSON.parse(text);
  refuseOddObjects(text);
  return JSON.parse(text, (_, value: unknown, { source = '' }: { readonly source?: string } = {}) => {
    if (typeof value !== 'number' || (Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(source)))) return value;
    throw new FleetwrightError('FW_USAGE', `the number ${source.slice(0, 40)} cannot be kept exactly; write it in quotes, as a text`);
  });
}

/** Of a key that is there twice, one value would be lost. @throws FleetwrightError FW_USAGE */
function refuseOddObjects(json: string): void {
  const open: Set<unknown>[] = [];
  for (const [token] of json.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    if (open.length > DEPTH) throw new FleetwrightError('FW_USAGE', `a value is more than ${DEPTH} levels deep; make it flatter`);
    if (!token.endsWith(':')) continue;
    const key: unknown = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
    if (open.at(-1)?.has(key) === true) throw new FleetwrightError('FW_USAGE', `the key '${String(key)}' is twice in one object`);
    open.at(-1)?.add(key);
  }
}

/** The project as it is to be. @throws FleetwrightError FW_USAGE where something is to be put into what is no object */
export function applyEdits(project: Document, edits: readonly Edit[]): Document {
  return edits.reduce((document, { path, ...rest }) => putAt(document, path, rest), project);
}

function putAt(
  object: Document,
  [key = '', ...rest]: readonly string[],
  edit: Omit<Edit, 'path'>,
  parents: readonly string[] = [],
): Document {
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  if (rest.length === 0 && 'value' in edit) return { ...object, [key]: edit.value };
  if (rest.length === 0) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  if (inner === undefined && !('value' in edit)) return { ...object };
  if (inner !== undefined && !isRecord(inner)) {
    const name = [...parents, key].slice(1).join('.');
    throw new FleetwrightError('FW_USAGE', `'${name}' is no object, so it has no '${rest.join('.')}'; set '${name}' as a whole`);
  }
  return { ...object, [key]: putAt(inner ?? {}, rest, edit, [...parents, key]) };
}

/** What is different, at the deepest places that say all of it. */
export function changesBetween(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after))
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  const own = (object: Readonly<Record<string, unknown>>, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changesBetween(own(before, key), own(after, key), [...path, key]));
}

/** Those changes of others that are about what is to be edited. */
export function collisions(changes: readonly Change[], edits: readonly Edit[]): Change[] {
  const overlap = (one: readonly string[], other: readonly string[]) => one.slice(0, other.length).every((key, i) => key === other[i]);
  return changes.filter(({ path }) => edits.some((edit) => overlap(edit.path, path)));
}
