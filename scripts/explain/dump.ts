import { createRequire } from 'node:module';

/** Examples may be as large as a limit is: of long texts, so much is shown. */
const LONGEST = 160;

/** A value as people read it: YAML, in which very long texts are shortened. */
export function dump(value: unknown): string {
  const { stringify } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return stringify(value, (_, item: unknown) => shorten(item), { aliasDuplicateObjects: false, lineWidth: 0 }).trimEnd();
}

function shorten(item: unknown): unknown {
  if (typeof item !== 'string' || item.length <= LONGEST) return item;
  return `${item.slice(0, LONGEST / 2)}… (${item.length} characters)`;
}
