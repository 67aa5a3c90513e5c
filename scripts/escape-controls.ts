/** A text in which characters that steer a terminal, or hide what is written, are shown by their numbers: `\\u{1b}`. */
export function escapeControls(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
