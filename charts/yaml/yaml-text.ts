/** Words that a YAML 1.1 reader takes for a boolean, for null, or for a number that is only an exponent; in any case. */
const OTHER_TYPE = /^(?:y|n|yes|no|on|off|true|false|null|-?e[-+]?\d+)$/i;

/** Starts like text or like a command-line flag; no number, date, indicator or merge key begins this way. */
const TEXT_START = /^(?:[A-Za-z_/$]|--?[A-Za-z])/;

/** Starts like a number, but holds a letter that none has in YAML 1.1 or 1.2: `500m`, `2Gi`, `30s`, `10.0.0.0/8`. */
const DIGIT_START = /^\d[\w./-]*$/;
const NEVER_IN_NUMBER = /[GHJ-MP-SU-WYghj-mp-su-wy/]/;

/** Needs no escape, and does not end early as a key or a comment would. */
const ASCII_LINE = /^[\x20-\x7e]+$/;
const ENDS_EARLY = /: | #|[: ]$/;

/**
 * Characters that YAML forbids, that some reader takes for a line break, or that a reviewer cannot see: control characters, soft
 * hyphen, zero-width space, direction marks, line separators, byte order mark, half
 * surrogate pairs, tag characters. A fixed list, so that the bytes
 * do not depend on the Unicode version of a machine. Joiners and variation selectors stay: emoji and Persian text need them.
 */
const HIDDEN =
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f' +
  '\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff\\u{e0000}-\\u{e0fff}';
const HIDDEN_IN_BLOCK = new RegExp(`[${HIDDEN}]`, 'u');
const HIDDEN_IN_LINE = new RegExp(`[\\t\\n${HIDDEN}]`, 'u');
const EVERY_HIDDEN = new RegExp(`[${HIDDEN}]`, 'gu');

/** White space at the start needs an indentation indicator, and at the end it is lost by some readers; blank lines alone as well. */
const UNFIT_FOR_BLOCK = /^\n*(?:[ \t]|$)|[ \t]\n*$/;

/** How many quoted texts are remembered before all are forgotten, and up to which length. Most texts of a fleet are the same few. */
const MEMO_SIZE = 8192;
const MEMO_TEXT_LENGTH = 128;
const memo = new Map<string, string>();

/** Stops the writer. Where and why is searched for afterwards, so that writing need not keep track of its path. */
export class UnwritableValue extends Error {}

/**
 * Text on one line, quoted when a reader of YAML 1.1 or 1.2 could take it for anything else.
 * Plain when possible, single quotes when that saves backslashes, double quotes otherwise.
 */
export function renderLine(text: string): string {
  const known = memo.get(text);
  if (known !== undefined) return known;
  const rendered = renderOnce(text);
  if (memo.size >= MEMO_SIZE) memo.clear();
  // Lines are a block as a value and quoted as a key, so one answer would not do for both.
  if (text.length <= MEMO_TEXT_LENGTH && !text.includes('\n')) memo.set(text, rendered);
  return rendered;
}

/** As `renderLine`, for a text that does not come again. */
export function renderOnce(text: string): string {
  return isPlain(text) ? text : quote(text);
}

/** Text as a value: a literal block when it has lines and a block can hold it exactly, one line otherwise. `newLine` is `\n` and the indent. */
export function renderText(text: string, newLine: string): string {
  const known = memo.get(text);
  if (known !== undefined) return known;
  if (!text.includes('\n') || UNFIT_FOR_BLOCK.test(text) || HIDDEN_IN_BLOCK.test(text)) return renderLine(text);
  return renderBlock(text, newLine);
}

function renderBlock(text: string, newLine: string): string {
  const ended = text.endsWith('\n');
  const header = ended ? (text.endsWith('\n\n') ? '|+' : '|') : '|-';
  const lines = (ended ? text.slice(0, -1) : text).split('\n');
  return lines.reduce((block, line) => block + (line === '' ? '\n' : newLine + line), header);
}

function isPlain(text: string): boolean {
  if (!ASCII_LINE.test(text) || ENDS_EARLY.test(text)) return false;
  if (TEXT_START.test(text)) return !OTHER_TYPE.test(text);
  return DIGIT_START.test(text) && NEVER_IN_NUMBER.test(text);
}

function quote(text: string): string {
  if (!text.isWellFormed()) throw new UnwritableValue();
  const quoted = JSON.stringify(text);
  if (HIDDEN_IN_LINE.test(text)) return quoted.replace(EVERY_HIDDEN, escapeCharacter);
  const needsEscapes = quoted.length > text.length + 2;
  return needsEscapes ? `'${text.replaceAll("'", "''")}'` : quoted;
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
}
