/** Escapes that mean the same in JavaScript and Python, outside and inside of a set. */
const ESCAPE = /^\\(?:[dDwWsSbBtnrfv]|x[0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|[^\w\s])/;
const ESCAPE_IN_SET = /^\\(?:[dDwWsSbtnrfv]|x[0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|[^\w\s])/;
const SET_OF_LETTERS = /^\\[dDwWsS]$/;
const OPENING = /^\((?:\?[:=!])?(?!\?)/;
const REPETITION = /^(?:[*+?]|\{(\d{1,3})(,(\d{1,3})?)?\})\??/;

const LONGEST = 1000;

/** How a group of an expression may be matched in several ways. */
interface Group {
  isAmbiguous: boolean;
}

/**
 * What a regular expression must do to mean the same in Python, where the gateway runs it, and to end soon on every text.
 * `undefined` when nothing is wrong.
 */
export function findPatternProblem(expression: RegExp): string | undefined {
  const { source } = expression;
  if (source.length > LONGEST) return `have at most ${LONGEST} characters`;
  if (/[\ud800-\udfff]/.test(source)) return 'hold no character beyond U+FFFF, which JavaScript takes for two';
  if (expression.test('')) return 'not match the empty text, as it would refuse everything';
  return findForeign(source);
}

/** Reads the expression piece by piece. */
function findForeign(source: string): string | undefined {
  const groups: Group[] = [{ isAmbiguous: false }];
  let last: Group | undefined;
  for (let rest = source; rest !== '';) {
    const repetition = REPETITION.exec(rest);
    const piece = repetition?.[0] ?? readPiece(rest);
    if (piece === undefined) return `use only what JavaScript and Python share; look at ${rest.slice(0, 12)}`;
    if (repetition !== null) {
      if (last?.isAmbiguous === true && repeats(repetition)) return 'not repeat a group that holds a repetition or alternatives';
      if (isOpen(repetition)) markAll(groups);
    }
    last = undefined;
    if (piece.startsWith('(')) groups.push({ isAmbiguous: false });
    else if (piece === ')') last = groups.pop();
    else if (piece === '|') markAll(groups);
    rest = rest.slice(piece.length);
  }
  return undefined;
}

/** A group, a set, an escape or a character; `undefined` for what one of the two languages does not know or reads otherwise. */
function readPiece(rest: string): string | undefined {
  const [first = ''] = rest;
  if (first === '\\') return ESCAPE.exec(rest)?.[0];
  if (first === '(') return OPENING.exec(rest)?.[0];
  if (first === '[') return readSet(rest);
  return first === '{' || first === '}' || first === ']' ? undefined : first;
}

/** A set, without what Python keeps for set operations, and without ranges whose end is a set. */
function readSet(rest: string): string | undefined {
  let at = rest.startsWith('[^') ? 2 : 1;
  const start = at;
  let before = '';
  while (at < rest.length && rest[at] !== ']') {
    const item = rest[at] === '\\' ? ESCAPE_IN_SET.exec(rest.slice(at))?.[0] : rest[at];
    if (item === undefined || item === '[' || (/^[-&|~]$/.test(item) && rest[at + 1] === item)) return undefined;
    const isRange = item === '-' && at > start && rest[at + 1] !== ']';
    if (isRange && (SET_OF_LETTERS.test(before) || SET_OF_LETTERS.test(rest.slice(at + 1, at + 3)))) return undefined;
    before = item;
    at += item.length;
  }
  return at === start || at >= rest.length ? undefined : rest.slice(0, at + 1);
}

/** Whether it may match more than once. */
function repeats([text, least, isRange, most]: RegExpExecArray): boolean {
  if (least === undefined) return !text.startsWith('?');
  return Number(most ?? (isRange === undefined ? least : Infinity)) > 1;
}

/** Whether it leaves open how often it matches. */
function isOpen([, least, isRange, most]: RegExpExecArray): boolean {
  return least === undefined || (isRange !== undefined && most !== least);
}

function markAll(groups: readonly Group[]): void {
  for (const group of groups) group.isAmbiguous = true;
}
