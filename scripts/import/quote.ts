/** Characters that cannot be seen, or that hide or turn what stands beside them. A line feed is one of them. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text as a string literal on one line, in the quotes that Prettier would choose. Whatever the text holds stays text. */
export function quoteText(text: string): string {
  const quote = count(text, "'") > count(text, '"') ? '"' : "'";
  return quote + escapeUnseen(text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)) + quote;
}

/** A text of several lines as a template literal without substitutions. */
export function quoteLines(text: string): string {
  const safe = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `\`${safe.split('\n').map(escapeUnseen).join('\n')}\``;
}

/** The key of an object literal. A name outside of ASCII is computed, as formatters disagree on its quotes. */
export function quoteKey(key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__') return key;
  return /^[\x20-\x7e]*$/.test(key) && key !== '__proto__' ? quoteText(key) : `[${quoteText(key)}]`;
}

function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
