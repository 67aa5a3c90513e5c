import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { call, type Code, flag, importsOf, list, number, object, printCode, text, variable } from './code.ts';
import { quoteKey, quoteLines, quoteText } from './quote.ts';

const STYLE = { parser: 'typescript', printWidth: 140, singleQuote: true, trailingComma: 'all' } as const;
const HOSTILE = [
  "'); process.exit(1); ('",
  '`${process.exit(1)}`',
  '\\',
  "\\'",
  '*/ throw 1 /*',
  '\u2028\u2029\u202e\u0000\u001b[2J',
  '\r\n',
  '</script>',
  '__proto__',
  'constructor',
  '{{ .Values.x }}',
  '$(HOME) ${HOME}',
  '\ud800',
  'ü',
];

const foreign = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE), fc.lorem({ maxCount: 30 }), fc.string());

/** Texts that people write, in some of their scripts. */
const readable = fc.oneof(
  fc.lorem({ maxCount: 30 }),
  fc.string(),
  fc.constantFrom(...HOSTILE.slice(0, 5), '東京'.repeat(30), 'straße', 'кот'),
);

const anyCode = codeOf(foreign);
const readableCode = codeOf(
  readable,
  readable.map((key) => key.slice(0, 40).toWellFormed()),
);

function codeOf(words: fc.Arbitrary<string>, keys = words): fc.Arbitrary<Code> {
  return fc.letrec<{ code: Code }>((tie) => ({
    code: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      words.map(text),
      fc.integer({ min: -1e9, max: 1e9 }).map(number),
      fc.boolean().map(flag),
      fc.array(tie('code'), { maxLength: 4 }).map(list),
      fc.dictionary(keys, tie('code'), { maxKeys: 4, noNullPrototype: true }).map((entries) => object(entries)),
      fc.array(tie('code'), { maxLength: 3 }).map((args) => call('Egress.host', ...args)),
      fc.array(tie('code'), { maxLength: 3 }).map((args) => call('new Model', variable('org'), text('id'), ...args)),
    ),
  })).code;
}

/** What an expression means: calls as what they are called with. */
function evaluate(source: string): unknown {
  const made = runInNewContext(
    `class Model { constructor(...args) { this.args = args; } }
     JSON.stringify((${source}), (_, value) => value)`,
    { Egress: { host: (...args: unknown[]) => ({ callee: 'Egress.host', args }) }, org: 'org' },
  ) as string;
  return JSON.parse(made);
}

/** What it should mean. */
function meaningOf(expression: Code): unknown {
  if (expression.kind === 'text') return expression.text;
  if (expression.kind === 'list') return expression.items.map(meaningOf);
  if (expression.kind === 'object') return Object.fromEntries(expression.entries.map(([key, value]) => [key, meaningOf(value)]));
  if (expression.kind === 'call') {
    const args = expression.args.map(meaningOf);
    return expression.callee === 'new Model' ? { args } : { callee: expression.callee, args };
  }
  return evaluate(expression.word);
}

describe('quoteText', () => {
  it.each(HOSTILE)('keeps %j text, on one line, with nothing that cannot be seen', (value) => {
    const quoted = quoteText(value);
    expect(evaluate(quoted)).toBe(value);
    expect(quoted).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  });

  it('chooses the quotes that need fewer escapes', () => {
    expect([quoteText("it's"), quoteText(`it's "so"`), quoteText('plain')]).toEqual([`"it's"`, `'it\\'s "so"'`, "'plain'"]);
  });

  it('keeps any text what it is', () => {
    fc.assert(
      fc.property(foreign, (value) => evaluate(quoteText(value)) === value && evaluate(quoteLines(value)) === value),
      { numRuns: 500 },
    );
  });
});

describe('quoteKey', () => {
  it('keeps every key an own key', () => {
    fc.assert(
      fc.property(foreign, (key) => {
        expect(evaluate(`{ ${quoteKey(key)}: 1 }`)).toEqual(JSON.parse(`{${JSON.stringify(key)}:1}`));
      }),
    );
  });
});

describe('printCode', { timeout: 60_000 }, () => {
  it('writes what means the same, whatever the texts hold', () => {
    fc.assert(
      fc.property(anyCode, (expression) => {
        expect(evaluate(printCode(expression, 0, 0))).toEqual(meaningOf(expression));
      }),
      { numRuns: 300 },
    );
  });

  it('writes it as Prettier would', async () => {
    const matches = fc.asyncProperty(readableCode, async (expression) => {
      const source = `const value = ${printCode(expression, 0, 'const value = '.length)};\n`;
      expect(await prettier.format(source, STYLE)).toBe(source);
    });
    await fc.assert(matches, { numRuns: 200 });
  });

  it('puts objects of several entries below each other, as Prettier does', () => {
    const pair = object({ a: number(1), b: number(2) });
    expect(printCode(list([pair, pair]), 0, 0)).toBe('[\n  { a: 1, b: 2 },\n  { a: 1, b: 2 },\n]');
    expect(printCode(list([pair]), 0, 0)).toBe('[{ a: 1, b: 2 }]');
  });

  it('knows what has to be imported', () => {
    const expression = call('new Agent', variable('org'), object({ run: call('Run.job'), all: list([call('usd', number(1))]) }));
    expect([...importsOf(expression)]).toEqual(['Agent', 'Run', 'usd']);
  });

  it('refuses what would be code of others', () => {
    expect(() => variable('x; evil()')).toThrow('x; evil() is not a name of a variable');
    expect(() => number(Number.NaN)).toThrow('NaN cannot be written');
  });
});
