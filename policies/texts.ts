import { isShared } from '../constructs/index.ts';
import { stepInto } from './fields.ts';
import { looksSecret, SHORTEST_SECRET } from './leak.ts';

/** What one walk through an object tells. */
export interface Measure {
  /** How many characters its keys and texts have together. */
  characters: number;
  /** Whether one of them looks like a credential. */
  suspicious: boolean;
}

/** Most fields of the API have shorter names, and no credential that is allowed as a key is shorter. */
const LONG_KEY = 16;

/** Texts that were found clean a moment ago: images, URLs and settings come again and again. */
const SLOTS = 1024;
const recent: string[] = Array.from({ length: SLOTS }, () => '');

/** Walks through an object or a list. It is called for every object of a fleet: it allocates nothing, and asks each value once. */
export function measure(value: object, into: Measure): void {
  const known = clean.get(value);
  if (known !== undefined) {
    into.characters += known;
    return;
  }
  if (!isShared(value)) return measureOnce(value, into);
  const own: Measure = { characters: 0, suspicious: false };
  measureOnce(value, own);
  if (!own.suspicious) clean.set(value, own.characters);
  into.characters += own.characters;
  into.suspicious ||= own.suspicious;
}

/** Shared pieces in which nothing looks like a credential, with their lengths. */
const clean = new WeakMap<object, number>();

function measureOnce(value: object, into: Measure): void {
  if (Array.isArray(value)) return measureList(value, into);
  let characters = 0;
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    characters += key.length;
    if (typeof item === 'string') {
      characters += item.length;
      if (item.length >= SHORTEST_SECRET) scan(item, into);
    } else if (typeof item === 'object' && item !== null) measure(item, into);
    if (key.length >= LONG_KEY) scan(key, into);
  }
  into.characters += characters;
}

function measureList(list: readonly unknown[], into: Measure): void {
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item === 'string') {
      into.characters += item.length;
      if (item.length >= SHORTEST_SECRET) scan(item, into);
    } else if (typeof item === 'object' && item !== null) measure(item, into);
  }
}

function scan(text: string, into: Measure): void {
  const slot = (text.length * 67 + text.charCodeAt(text.length - 5) * 7 + text.charCodeAt(3)) % SLOTS;
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
