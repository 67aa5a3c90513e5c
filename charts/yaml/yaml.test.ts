import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { CORE_SCHEMA, YAML11_SCHEMA, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { toYaml } from './yaml.ts';

/** Independent readers: YAML 1.1 (as most Kubernetes tools read) and 1.2, by two authors. */
const READERS: Readonly<Record<string, (text: string) => unknown[]>> = {
  'yaml as 1.1': (text) => readWithYaml(text, '1.1'),
  'yaml as 1.2': (text) => readWithYaml(text, '1.2'),
  'js-yaml as 1.1': (text) => loadAll(text, { schema: YAML11_SCHEMA }),
  'js-yaml as 1.2': (text) => loadAll(text, { schema: CORE_SCHEMA }),
};

/** Texts that some reader takes for another type, or that end a plain text early. A list in JSON. */
const MISREAD = JSON.parse(String.raw`[
  "y", "Y", "n", "N", "yes", "Yes", "no", "NO", "on", "On", "off", "OFF", "true", "True", "FALSE", "null", "Null", "~", "=", "<<", "",
  "0", "-1", "+1", "017", "0o17", "0x1F", "0b101", "1_000", "1e3", "1E+3", "e8", "-e5", "E+1", "1.", ".5", "-.5", "1.5e300", "12:30:45",
  "190:20:30.15", ".inf", "-.INF", "+.inf", ".nan", ".NaN", "2026-01-01", "2026-01-01T00:00:00Z", "2001-12-14 21:59:43.10 -5", "685,230.15",
  "0.0.1", "-", "--", "---", "...", "- a", "--- a", "?", "? a", ":", ": a", "a: b", "a:", ":a", "a #b", "#a", "a#", "!a", "!!int 1", "&a", "*a",
  "|", ">", "%YAML 1.1", "@a", "\u0060a\u0060", "'", "\"", "'a'", "\"a\"", "a\\b", "[a]", "{a}", "{{ x }}", "a, b", "a]", ",a", "$(VAR)",
  "$\u007bx}", "\\", "C:\\x: y", " a", "a ", "\ta", "a\t", "\t", " ", "\u00a0", "\u3000a", "a\u2028b", "a\u2029b", "a\u0085b", "\ufeff", "\ufeffa",
  "\u0000", "\u001b[31m", "\u007f", "\ufffe", "\uffff", "\u200b", "\u202e", "\udb40\udc41", "😀", "👩\u200d🚀", "\udbff\udfff", "Größe", "кот",
  "名前", "🚢: a", "\n", "\n\n", "\na", "a\n", "a\n\n", "a\n\n\n", "a\nb", "a\r\nb", "a\rb", "\r", " a\nb", "a\n b\n", "a\n\tb", "\ta\nb", "a \nb",
  "a\nb ", "a\n \n", "a\n  \nb", "\n a", "\n\n  a\n", "# a\nb", "---\na", "a\n---\nb\n", "a\n...\n", "a: b\nc: d\n", "- a\n- b", "a\u0085\nb",
  "a\u2028\nb\n", "\ufeffa\nb", "\u3000a\nb", "500m", "2Gi", "30s", "10.0.0.0/8", "1.36", "v1.36", "24.04-slim", "1h30m", "0x1g", "12e",
  "--port=8080", "-c", "-x y", "--a: b", "/etc/x", "_a"
]`) as string[];

const text = fc.oneof(
  fc.constantFrom(...MISREAD),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...Array.from(' \t\n\r:#-?&*!|>\'"%@`{}[],.~=<0189eExyno_/\\\u0085\u2028\ufeffä'), '\u{1f600}'),
    maxLength: 10,
  }),
  fc.array(fc.constantFrom(...MISREAD), { maxLength: 4 }).map((parts) => parts.join('\n')),
);
const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 4, withCrossShrink: true }, text, number, fc.boolean(), tie('list'), tie('map')),
  list: fc.array(fc.oneof(tie('tree'), fc.constant(null)), { maxLength: 4 }),
  map: fc.dictionary(text, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
}));

describe.each(Object.entries(READERS))('toYaml read by %s', (_reader, read) => {
  it('gives back every text of the corpus as value, key and item', () => {
    const documents = MISREAD.map((value) => ({ [value]: value, list: [value, { nested: value }, [value]] }));
    expect(documents.filter((document) => !isDeepStrictEqual(read(toYaml([document])), [document]))).toEqual([]);
    expect(read(toYaml(documents))).toStrictEqual(documents);
  });

  it.each([0, -1, 1.5, 1e21, 1e-7, -1.5e300, 5e-324, 2 ** 53, 1e100, Number.MAX_VALUE])('gives back the number %d', (value) => {
    expect(read(toYaml([{ value }]))).toStrictEqual([{ value }]);
  });

  it('gives back any text', () => {
    const givesBack = (value: string) => isDeepStrictEqual(read(toYaml([[value]])), [[value]]);
    fc.assert(fc.property(text, givesBack), { numRuns: 3000, seed: 1 });
  });

  it('gives back any list of documents', () => {
    const givesBack = (documents: unknown[]) => isDeepStrictEqual(read(toYaml(documents)), documents);
    fc.assert(fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), givesBack), { numRuns: 1000, seed: 1 });
  });

  it('gives back data at the greatest depth', () => {
    const document = nest(96);
    expect(read(toYaml([document]))).toStrictEqual([document]);
  });

  it('keeps a key named __proto__ a key', () => {
    const [document] = read(toYaml([JSON.parse('{"__proto__": {"polluted": true}}')]));
    expect(Object.keys(document as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(document)).not.toHaveProperty('polluted');
  });
});

describe('toYaml', () => {
  it('sorts keys, indents by two and separates documents', () => {
    const service = { kind: 'Service', spec: { ports: [{ port: 80, name: 'http' }], selector: {} }, apiVersion: 'v1' };
    const matrix = { lists: [[1, [2]], []], note: 'one\n\n two\n', end: 'no newline\nat the end' };
    expect(toYaml([service, matrix])).toBe(
      [
        'apiVersion: v1',
        'kind: Service',
        'spec:',
        '  ports:',
        '    - name: http',
        '      port: 80',
        '  selector: {}',
        '---',
        'end: |-',
        '  no newline',
        '  at the end',
        'lists:',
        '  - - 1',
        '    - - 2',
        '  - []',
        'note: |',
        '  one',
        '',
        '   two',
        '',
      ].join('\n'),
    );
  });

  it('leaves out null and undefined fields, and keeps what is empty', () => {
    const document = { a: null, b: undefined, c: '', d: 0, e: false, f: [], g: {}, h: { i: null }, j: [null] };
    expect(toYaml([document])).toBe('c: ""\nd: 0\ne: false\nf: []\ng: {}\nh: {}\nj:\n  - null\n');
  });

  it.each([
    ['500m', '500m'],
    ['--port=8080', '--port=8080'],
    ['ghcr.io/a/b:1@sha256:0f', 'ghcr.io/a/b:1@sha256:0f'],
    ['no', '"no"'],
    ['1e3', '"1e3"'],
    ['{"a": 1}', `'{"a": 1}'`],
    [`it's "so"`, `it's "so"`],
    [`'"`, `'''"'`],
    ['=', '"="'],
    ['a\nb ', '"a\\nb "'],
    ['\n\n', '"\\n\\n"'],
    ['a\u2028b', '"a\\u2028b"'],
    ['\ufeffa', '"\\ufeffa"'],
    ['a\u202eb', '"a\\u202eb"'],
    ['\u{e0041}', '"\\U000e0041"'],
  ])('writes the text %j as %s', (value, written) => {
    expect(toYaml([{ value }])).toBe(`value: ${written}\n`);
  });

  it('takes a map without a prototype', () => {
    expect(toYaml([Object.assign(Object.create(null) as object, { a: 1 })])).toBe('a: 1\n');
  });

  it.each([0, 1, 23, 24, 25, 300])('sorts %d keys by code units', (size) => {
    const keys = Array.from({ length: size }, (_, index) => `k${(index * 7919) % size}`);
    const document = Object.fromEntries(keys.map((key) => [key, 1]));
    expect(toYaml([document])).toBe(
      size === 0
        ? '{}\n'
        : keys
            .toSorted()
            .map((key) => `${key}: 1\n`)
            .join(''),
    );
  });

  it('writes the same bytes whatever was written before', () => {
    const document = { value: 'text-1', flag: 'no', lines: 'first\nsecond' };
    const once = toYaml([document]);
    toYaml([{ 'first\nsecond': Array.from({ length: 20_000 }, (_, index) => `text-${index}`) }]);
    expect(toYaml([document])).toBe(once);
    toYaml([{ 'first\nsecond': 'text-1' }]);
    expect(toYaml([document])).toBe(once);
  });

  it('takes time in proportion to the length of hostile text', () => {
    const hostile = ['0.'.repeat(50_000), `${'a: '.repeat(33_000)}b`, ' '.repeat(100_000), ' \n'.repeat(50_000), `${'\n'.repeat(99_999)}a`];
    const start = performance.now();
    for (const value of hostile) toYaml([{ value }]);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('toYaml refuses', () => {
  const cyclic: Record<string, unknown> = { name: 'a' };
  cyclic['self'] = [cyclic];
  const cyclicList: unknown[] = [];
  cyclicList.push(cyclicList);

  it.each<[string, unknown, string]>([
    ['NaN', NaN, "'spec.value' must be a finite number, got NaN"],
    ['infinity', -Infinity, "'spec.value' must be a finite number, got -Infinity"],
    ['a bigint', 10n, "'spec.value' must be plain data, got 10n"],
    ['a symbol', Symbol('s'), "'spec.value' must be plain data, got Symbol(s)"],
    ['a function', () => 1, "'spec.value' must be plain data, got [Function (anonymous)]"],
    ['a date', new Date(0), "'spec.value' must be plain data, got 'an instance of Date'; convert it first"],
    ['a Map', new Map(), "'spec.value' must be plain data, got 'an instance of Map'; convert it first"],
    ['undefined in a list', [1, undefined], "'spec.value[1]' must not be undefined; filter it out of the list"],
    ['a bad value below an odd key', { 'a.b/c': [NaN] }, `'spec.value["a.b/c"][0]' must be a finite number, got NaN`],
    ['half of a surrogate pair', '\ud800', "'spec.value' must hold no half of a surrogate pair"],
    ['half of a surrogate pair in lines', 'a\n\udc00', "'spec.value' must hold no half of a surrogate pair"],
    ['half of a surrogate pair in a key', { '\ud800': 1 }, "'spec.value' must have no key with half of a surrogate pair"],
    [
      'a long key',
      { ['k'.repeat(1001)]: 1 },
      "'spec.value' must have keys of at most 1000 characters, escapes included, got 'a key of 1001'",
    ],
    ['a cycle of lists', cyclicList, "'spec.value[0]' must not contain itself; write the shared part out at each place"],
    ['a cycle', cyclic, "'spec.value.self[0]' must not contain itself; write the shared part out at each place"],
  ])('%s', (_what, value, problem) => {
    const write = () => toYaml([{ kind: 'List' }, { kind: 'Deployment', metadata: { name: 'a' }, spec: { value } }]);
    const message = `YAML document 2 (Deployment a): ${problem} [FW_INVALID_VALUE]`;
    expect(write).toThrow(expect.objectContaining({ code: 'FW_INVALID_VALUE', message }));
  });

  it('data that nests deeper than readers go', () => {
    expect(() => toYaml([nest(97)])).toThrow(/must nest at most 96 levels deep \[FW_INVALID_VALUE\]/);
  });

  it('an undefined document', () => {
    expect(() => toYaml([undefined])).toThrow(/^YAML document 1: 'document' must not be undefined/);
  });
});

function nest(depth: number): unknown {
  return depth === 0 ? { leaf: 'a\nb' } : depth % 2 === 0 ? [nest(depth - 1)] : { level: nest(depth - 1) };
}

function readWithYaml(source: string, version: '1.1' | '1.2'): unknown[] {
  const documents = parseAllDocuments(source, { version, uniqueKeys: true });
  if ('empty' in documents) return [];
  return documents.map((document) => {
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) throw error;
    return document.toJS() as unknown;
  });
}
