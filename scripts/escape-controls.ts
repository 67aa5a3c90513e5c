/** A text in which characters that steer a terminal, or hide what is written, are shown by their numbers: `\\u{1b}`. */
export function escapeControls(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** JSON, or YAML whose texts with such characters are in double quotes, with them as escapes: `\\u009b`. It means the same. */
export function escapeInQuotes(text: string, format: 'json' | 'yaml'): string {
  return text.replace(/[^\P{C}\n\t]/gu, (character) => {
    const [number = 0] = [character.codePointAt(0)];
    if (number > 0xff_ff && format === 'yaml') return `\\U${number.toString(16).padStart(8, '0')}`;
    return [...Array(character.length).keys()].map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
  });
}

/** Whether a text has characters that steer a terminal, or hide what is written. */
export function hasControls(text: string): boolean {
  return /[^\P{C}\n\t]/u.test(text);
}
