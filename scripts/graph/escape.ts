import { escapeControls } from '../escape-controls.ts';

/** A text for XML, in content and in attributes. Characters that XML does not have, or that hide what is written, are shown by number. */
export function escapeXml(text: string): string {
  return flat(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * A text for a label of Mermaid between double quotes. All that is no letter, digit, space or harmless sign is written by its number,
 * which Mermaid turns into the character and never into syntax, HTML or Markdown. Two dollar signs would be a formula even so, and `:fa-…` an icon.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
export function escapeMermaid(text: string): string {
  const plain = flat(text).replaceAll(/\$(?=\$)|:(?=fa-)/g, '$& ');
  return plain.replaceAll(/[^\p{L}\p{M}\p{N} .,:/+…·→-]/gu, (character) => `#${character.codePointAt(0)};`);
}

/** One line, without what steers a terminal or a reader; halves of characters are no text at all. */
function flat(text: string): string {
  return escapeControls(text.toWellFormed().replaceAll(/\s+/g, ' '));
}
