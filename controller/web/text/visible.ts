/** A piece of text. One with `stands` is a mark for what would not be seen, or would change how other text is seen. */
export interface Piece {
  readonly text: string;

  /** What the mark is for, such as `U+202E`. */
  readonly stands?: string;
}

/**
 * What terminals obey, what has no look of its own, and what turns text around: colours and cursor moves, other control characters, invisible
 * characters (of which whole hidden messages are made), the two separators that only programs take for line ends.
 *
 * @see https://www.unicode.org/reports/tr36/ and https://www.unicode.org/reports/tr9/
 */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const STRANGE = /\u001b\[[0-?]{0,64}[ -/]{0,8}[@-~]|[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Zl}\p{Zp}\ufff9-\ufffb]/gu;

/** Names of the first control characters, which fonts rarely have pictures for. */
const C0 = 'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(' ');

/** Ends of lines, tabs, and what emoji are put together with. */
const HARMLESS = /^(?:\n|\t|\ufe0f)$/u;
const EMOJI_BEFORE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u;

/** Parts text into what can be shown as it is, and marks. Everything that is in it is seen, and nothing of it works. */
export function toPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(STRANGE)) {
    if (HARMLESS.test(found) || (found === '\r' && text[index + 1] === '\n') || isJoiner(found, text.slice(from, index))) continue;
    if (index > from) pieces.push({ text: text.slice(from, index) });
    pieces.push(toMark(found));
    from = index + found.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** The same as one string, for titles and labels. */
export function toPlain(text: string): string {
  return toPieces(text)
    .map((piece) => piece.text)
    .join('');
}

/** Families and professions among emoji are joined by it; elsewhere it hides. */
function isJoiner(found: string, before: string): boolean {
  return found === '\u200d' && EMOJI_BEFORE.test(before);
}

function toMark(found: string): Piece {
  if (found.length > 2) return { text: '‹ESC›', stands: `ESC ${found.slice(1)}` };
  const code = found.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return { text: `‹${C0[code] ?? name}›`, stands: name };
}
