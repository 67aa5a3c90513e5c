import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isCollection, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { nearest } from '../constructs/index.ts';
import { FORMATS, MEANINGS } from './formats.ts';

/** One thing that is wrong in a YAML file. */
export interface FileProblem {
  /** `line:column`, counted from 1. */
  readonly at: string;
  readonly message: string;
}

/** What a file says, and where, or what is wrong with it. */
export type Parsed =
  { readonly data: unknown; readonly positionOf: (path: readonly string[]) => string } | { readonly problems: readonly FileProblem[] };

const LARGEST_FILE = 1_048_576;
const MOST_ALIASES = 20;
/** Keywords whose errors come with others that say more. */
const IMPLIED = new Set(['if', 'propertyNames']);
/** Keys that name parts of every JavaScript object. */
const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads the text of a file: safely as YAML, then strictly by its JSON Schema. Defaults are filled in. */
export function parseBySchema(text: string, schema: string): Parsed {
  const yaml = parseYaml(text);
  if ('problems' in yaml) return yaml;
  // Each schema is ours and used once: to judge it, or to improve the code that it becomes, would take longer than all else.
  const options = {
    allErrors: true,
    code: { optimize: false },
    formats: FORMATS,
    meta: false,
    useDefaults: true,
    validateSchema: false,
    verbose: true,
  };
  const validate = new Ajv(options).compile(JSON.parse(schema) as object);
  if (validate(yaml.data)) return yaml;
  const errors = (validate.errors ?? []).filter(({ keyword, schemaPath }) => !IMPLIED.has(keyword) && !/\/oneOf\/\d/.test(schemaPath));
  return { problems: errors.map((error) => ({ at: yaml.positionOf(pathOf(error)), message: messageOf(error) })) };
}

/** Reads YAML that people wrote: one document, no duplicate keys, few aliases, no key that JavaScript gives a meaning. */
export function parseYaml(text: string): Parsed {
  if (Buffer.byteLength(text) > LARGEST_FILE) return refuse('1:1', `the file is larger than ${LARGEST_FILE} bytes`);
  if (text.startsWith('\uFEFF')) return refuse('1:1', 'the file begins with a byte order mark; save it as UTF-8 without one');
  const lines = new LineCounter();
  const at = (offset = 0) => `${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, strict: true });
    const found = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ at: at(pos[0]), message: explain(message) }));
    const problems = [...found, ...findUnsafeNodes(document, at)];
    if (problems.length > 0) return { problems };
    const data: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { data, positionOf: (path) => at(offsetOf(document, path)) };
  } catch (error) {
    if (error instanceof RangeError) return refuse('1:1', 'the file is nested too deeply');
    return refuse('1:1', error instanceof Error ? explain(error.message) : String(error));
  }
}

function refuse(at: string, message: string): { problems: FileProblem[] } {
  return { problems: [{ at, message }] };
}

function explain(message: string): string {
  if (/tab/i.test(message)) return 'a tab is used for indentation; YAML allows spaces only';
  if (/alias count/i.test(message)) return `more than ${MOST_ALIASES} aliases; write the values out`;
  if (/multiple documents/i.test(message)) return 'the file holds more than one document; remove what follows the first';
  if (/keys must be unique/i.test(message)) return 'the key stands twice in its map; remove one of them';
  return message.split('\n')[0] ?? message;
}

/** What would make anything but plain data: another version of YAML reads dates and merges maps, and tags name types. */
function findUnsafeNodes(document: Document.Parsed, at: (offset?: number) => string): FileProblem[] {
  const problems: FileProblem[] = [];
  if (document.directives.yaml.explicit === true) problems.push({ at: '1:1', message: 'a %YAML line is not allowed; remove it' });
  visit(document, {
    Node: (_, node) => {
      if (node.tag !== undefined) problems.push({ at: at(node.range?.[0]), message: `the tag '${node.tag}' is not allowed; remove it` });
    },
    Pair: (_, { key }) => {
      if (!isScalar(key) || typeof key.value !== 'string') problems.push({ at: at(rangeOf(key)), message: 'a key must be a text' });
      else if (UNSAFE_KEYS.has(key.value)) problems.push({ at: at(rangeOf(key)), message: `'${key.value}' cannot be a key` });
    },
  });
  return problems;
}

function rangeOf(node: unknown): number | undefined {
  return (isScalar(node) || isCollection(node) ? node.range?.[0] : undefined) ?? undefined;
}

/** Where the key at the end of `path` stands, or the closest thing above it that exists. */
function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  let offset = 0;
  let node: unknown = document.contents;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) return offset;
      offset = rangeOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isCollection(node)) {
      node = node.get(Number(step), true);
      offset = rangeOf(node) ?? offset;
    }
  }
  return offset;
}

function pathOf({ instancePath, keyword, params, propertyName }: ErrorObject): string[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (propertyName !== undefined) return [...path, propertyName];
  return keyword === 'additionalProperties' ? [...path, String(params['additionalProperty'])] : path;
}

function messageOf(error: ErrorObject): string {
  const path = pathOf(error).join('.') || 'the file';
  const { keyword, params, data, parentSchema, message = '' } = error;
  if (keyword === 'additionalProperties') {
    const known = Object.keys((parentSchema as { properties?: object } | undefined)?.properties ?? {});
    const close = nearest(String(params['additionalProperty']), known);
    return `'${path}' is not known${close === undefined ? `; known are ${known.sort().join(', ')}` : `; did you mean '${close}'?`}`;
  }
  if (keyword === 'required') return `'${path}' must have '${String(params['missingProperty'])}'`;
  if (keyword === 'oneOf') {
    const choices = (error.schema as readonly { required?: readonly string[] }[]).map(
      ({ required = [] }) => `'${required.join("' and '")}'`,
    );
    return `'${path}' must have either ${choices.join(' or ')}`;
  }
  if (keyword === 'enum') {
    const allowed = (params['allowedValues'] as unknown[]).join(', ');
    const close = nearest(String(data), (params['allowedValues'] as unknown[]).map(String));
    return `'${path}' must be one of ${allowed}, got ${show(data)}${close === undefined ? '' : `; did you mean '${close}'?`}`;
  }
  const { title } = parentSchema as { title?: string };
  if (keyword === 'pattern' && title !== undefined) return `'${path}' must be ${title}, got ${show(data)}`;
  if (keyword === 'format') return `'${path}' must be ${MEANINGS[String(params['format'])]}, got ${show(data)}`;
  if (keyword === 'false schema') return `'${path}' does not go with the other choices made beside it`;
  return `'${path}' ${message.replace(/^must NOT have/, 'must not have')}, got ${show(data)}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
