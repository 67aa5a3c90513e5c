import { readFileSync } from 'node:fs';

/** What may stand in a header, beside letters of other languages, which nobody signs in with. @see https://www.rfc-editor.org/rfc/rfc9110#name-field-values */
const HEADER_VALUE = /^[\t\x20-\x7E]+$/;

/**
 * The value of a secret that goes into a header, from its file. Callers are told of errors: they learn neither the value nor where it lies, which
 * standard error does.
 *
 * @throws Error if it cannot be read, or is no single line
 */
export function readSecret(file: string): string {
  let value;
  try {
    value = readFileSync(file, 'utf8').trim();
  } catch (error) {
    process.stderr.write(`The secret cannot be read: ${error instanceof Error ? error.message : String(error)}\n`);
    throw new Error('its secret cannot be read', { cause: error });
  }
  if (HEADER_VALUE.test(value)) return value;
  process.stderr.write(`The secret in ${file} is not a single line of plain text\n`);
  throw new Error('its secret is not a single line of plain text');
}
