/** Whether a text can be stored as it is: without NUL and without halves of surrogate pairs, which no database text can hold. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
