/** Where a reader of events or of a log goes on: transaction and number. */
export type Cursor = readonly [transaction: bigint, id: bigint];

/** Form of a cursor, as it stands in `id` of events. */
export const CURSOR_PATTERN = '^\\d{1,18}-\\d{1,18}$';

const FORM = new RegExp(CURSOR_PATTERN);

/** Reads a cursor. @returns undefined if it is none */
export function parseCursor(text: string): Cursor | undefined {
  if (!FORM.test(text)) return undefined;
  const [transaction = '', id = ''] = text.split('-');
  return [BigInt(transaction), BigInt(id)];
}

/** Whether the first one stands after the second one. */
export function isAfter(a: Cursor, b: Cursor): boolean {
  return a[0] === b[0] ? a[1] > b[1] : a[0] > b[0];
}
