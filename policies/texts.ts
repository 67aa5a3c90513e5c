import { stepInto } from './fields.ts';
import { looksSecret, SHORTEST_SECRET } from './leak.ts';

/** What one walk through an object tells. */
export interface Measure {
  /** How many characters its keys and texts have together. */
  characters: number;
  /** Whether one of them looks like a credential. */
  suspicious: boolean;
}

/** Texts that were looked at a moment ago, by their length: images, URLs and settings come again and again. */
const recent: string[] = Array.from({ length: 256 }, () => '');

/** Walks through an object. It is called for every object of a fleet, so it allocates nothing. */
export function measure(value: unknown, into: Measure): void {
  if (typeof value === 'string') return measureText(value, into);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) measure(value[i], into);
    return;
  }
  for (const key in value) {
    if (key.length < LONG_KEY) into.characters += key.length;
    else measureText(key, into);
    measure((value as Record<string, unknown>)[key], into);
  }
}

/** Most fields of the API have shorter names, and no credential that is allowed as a key is shorter. */
const LONG_KEY = 16;

function measureText(text: string, into: Measure): void {
  into.characters += text.length;
  if (text.length < SHORTEST_SECRET) return;
  const slot = text.length & 255;
  if (recent[slot] === text) return;
  if (looksSecret(text)) into.suspicious = true;
  else recent[slot] = text;
}

/** A text of an object, and where it stands. */
export interface PlacedText {
  readonly field: string;
  readonly text: string;
  readonly isKey: boolean;
}

/** All texts and keys of an object that look like credentials. Slower than `measure`; called when that found one. */
export function findSecretTexts(value: unknown, field = ''): PlacedText[] {
  if (typeof value === 'string') return looksSecret(value) ? [{ field, isKey: false, text: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => findSecretTexts(item, stepInto(field, index)));
  return Object.entries(value).flatMap(([key, item], index) => {
    if (!looksSecret(key)) return findSecretTexts(item, stepInto(field, key));
    return [{ field: `${field}, key ${index + 1}`, isKey: true, text: key }, ...findSecretTexts(item, `${field}, key ${index + 1}`)];
  });
}
