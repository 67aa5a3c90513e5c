import { quoteKey, quoteLines, quoteText } from './quote.ts';

/** An expression of a stack. Foreign text gets into it by `text` and by keys alone, and both are quoted. */
export type Code =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Code[] }
  | { readonly kind: 'list'; readonly items: readonly Code[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Code])[] };

const WIDTH = 140;
const STEP = 2;

/** A text of the input. */
export function text(value: string): Code {
  return { kind: 'text', text: value };
}

/** A number. */
export function number(value: number): Code {
  if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be written`);
  const digits = String(value);
  return { kind: 'word', word: Number.isInteger(value) && digits.length > 4 ? digits.replaceAll(/\B(?=(\d{3})+$)/g, '_') : digits };
}

/** `true` or `false`. */
export function flag(value: boolean): Code {
  return { kind: 'word', word: String(value) };
}

/** A variable of the stack. */
export function variable(name: string): Code {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) throw new TypeError(`${name} is not a name of a variable`);
  return { kind: 'word', word: name };
}

/** A call: `call('Run.schedule', …)`, `call('new Agent', …)`. The callee is never foreign. */
export function call(callee: string, ...args: readonly Code[]): Code {
  return { kind: 'call', callee, args };
}

/** A list. */
export function list(items: readonly Code[]): Code {
  return { kind: 'list', items };
}

/** A list of texts. */
export function texts(values: readonly string[]): Code {
  return list(values.map(text));
}

/** An object, without the entries that are not there. */
export function object(entries: Readonly<Record<string, Code | undefined>>): Code {
  return {
    kind: 'object',
    entries: Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  };
}

/** Arguments of a call, the last of which are options that may be empty and are left out then. */
export function withOptions(options: Code): readonly Code[] {
  return options.kind === 'object' && options.entries.length === 0 ? [] : [options];
}

/** The names that an expression needs from Fleetwright: `Agent`, `usd`. */
export function* importsOf(code: Code): Generator<string> {
  if (code.kind === 'call') {
    yield code.callee.replace(/^new /, '').split('.')[0] ?? '';
    for (const arg of code.args) yield* importsOf(arg);
  } else if (code.kind === 'list') for (const item of code.items) yield* importsOf(item);
  else if (code.kind === 'object') for (const [, value] of code.entries) yield* importsOf(value);
}

/**
 * An expression as Prettier would write it.
 *
 * @param indent how far its lines are indented
 * @param before how much stands before it on its first line, the indentation included
 * @param after how much stands behind it on its last line: a comma or a semicolon
 */
export function printCode(code: Code, indent: number, before: number, after = 1): string {
  const line = flat(code);
  if (line !== undefined && before + widthOf(line) + after <= WIDTH) return line;
  if (code.kind === 'object')
    return block(
      '{',
      '}',
      code.entries.map((entry) => printEntry(entry, indent + STEP)),
      indent,
    );
  if (code.kind === 'list')
    return block(
      '[',
      ']',
      code.items.map((item) => printCode(item, indent + STEP, indent + STEP)),
      indent,
    );
  if (code.kind === 'call') return printCall(code.callee, code.args, indent, before);
  return line ?? '';
}

/** On one line, or `undefined` for what Prettier never writes on one. */
function flat(code: Code): string | undefined {
  if (code.kind === 'word') return code.word;
  if (code.kind === 'text') return quoteText(code.text);
  if (code.kind === 'call') return joinFlat(`${code.callee}(`, code.args.map(flat), ')');
  if (code.kind === 'list') return isMatrix(code.items) ? undefined : joinFlat('[', code.items.map(flat), ']');
  const entries = code.entries.map(([key, value]) => prefixed(`${quoteKey(key)}: `, isBlock(value) ? undefined : flat(value)));
  return entries.length === 0 ? '{}' : joinFlat('{ ', entries, ' }');
}

function prefixed(prefix: string, line: string | undefined): string | undefined {
  return line === undefined ? undefined : prefix + line;
}

function joinFlat(open: string, parts: readonly (string | undefined)[], close: string): string | undefined {
  return parts.includes(undefined) ? undefined : open + parts.join(', ') + close;
}

/** Objects with several entries each stand below each other. */
function isMatrix(items: readonly Code[]): boolean {
  return items.length > 1 && items.every((item) => item.kind === 'object' && item.entries.length > 1);
}

/** Whether it is a text that reads better as lines. */
function isBlock(code: Code): boolean {
  return code.kind === 'text' && code.text.trimEnd().includes('\n');
}

function printEntry([key, value]: readonly [string, Code], indent: number): string {
  const start = `${quoteKey(key)}: `;
  if (value.kind === 'text' && isBlock(value)) return start + quoteLines(value.text);
  if (value.kind !== 'text') return start + printCode(value, indent, indent + widthOf(start));
  const line = quoteText(value.text);
  const fits = indent + widthOf(start) + widthOf(line) + 1 <= WIDTH;
  // A short key gains nothing by a line of its own.
  return fits || start.length - STEP <= STEP ? start + line : `${start.trimEnd()}\n${' '.repeat(indent + STEP)}${line}`;
}

/** The last argument hugs the parentheses when it is an object or a list and the others stay on the line. */
// oxlint-disable-next-line eslint/max-params -- as many as a place on a page has
function printCall(callee: string, args: readonly Code[], indent: number, before: number): string {
  const last = args.at(-1);
  const others = args.slice(0, -1).map(flat);
  const start = joinFlat(`${callee}(`, others, others.length > 0 ? ', ' : '');
  if (last !== undefined && canHug(last, args.at(-2)) && start !== undefined && before + widthOf(start) + 1 <= WIDTH) {
    return `${start}${printBroken(last, indent)})`;
  }
  return block(
    `${callee}(`,
    ')',
    args.map((arg) => printCode(arg, indent + STEP, indent + STEP)),
    indent,
  );
}

/** Two lists, or two objects, in a row stand below each other. */
function canHug(code: Code, before: Code | undefined): boolean {
  if (code.kind === before?.kind) return false;
  return (code.kind === 'object' && code.entries.length > 0) || (code.kind === 'list' && code.items.length > 0);
}

/** As lines, although it might fit: what surrounds it does not. */
function printBroken(code: Code, indent: number): string {
  return printCode(code, indent, WIDTH);
}

// oxlint-disable-next-line eslint/max-params -- as many as a place on a page has
function block(open: string, close: string, lines: readonly string[], indent: number): string {
  if (lines.length === 0) return open + close;
  const pad = ' '.repeat(indent + STEP);
  return `${open}\n${lines.map((line) => `${pad}${line},\n`).join('')}${' '.repeat(indent)}${close}`;
}

/** Characters that take two columns: those of East Asia, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;
const NO_WIDTH = /[\u0300-\u036f]/g;

/** How many columns a line takes. */
function widthOf(line: string): number {
  // Most lines are ASCII.
  if (/^[\x20-\x7e]*$/.test(line)) return line.length;
  return line.replaceAll(NO_WIDTH, '').replaceAll(/[^]/gu, '.').length + (line.match(WIDE)?.length ?? 0);
}
