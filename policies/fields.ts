/** What an object of the API holds, before anyone has looked at it. Objects of escape hatches may hold anything. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});
const NO_ITEMS: readonly Fields[] = Object.freeze([]);

/** The fields of an object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : NO_FIELDS;
}

/** The objects of a list, each at its own place; none of anything else. */
export function itemsOf(value: unknown): readonly Fields[] {
  if (!Array.isArray(value)) return NO_ITEMS;
  for (const item of value as unknown[]) if (!isFields(item)) return value.map(fieldsOf);
  return value as readonly Fields[];
}

/** Whether this is an object and no list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The API group of an `apiVersion`; empty for the core group. */
function groupOf(apiVersion: unknown): string {
  const text = typeof apiVersion === 'string' ? apiVersion : '';
  const slash = text.indexOf('/');
  return slash < 0 ? '' : text.slice(0, slash);
}

/** How rules name a kind, whatever its version: `Service`, `apps/Deployment`. */
export function groupKindOf(apiVersion: unknown, kind: unknown): string {
  const group = groupOf(apiVersion);
  return group === '' ? String(kind) : `${group}/${String(kind)}`;
}

/** One more step of a field's path: `metadata.labels['app/name']`, `spec.ports[0]`. */
export function stepInto(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `${path}[${show(step)}]`;
  return path === '' ? step : `${path}.${step}`;
}

const LONGEST_SHOWN = 120;

/** A value as people read it, on one line, cut where it is long; what a terminal would act upon is escaped. */
export function show(value: unknown): string {
  const json = value === null ? 'nothing' : (JSON.stringify(value) ?? 'nothing');
  const text = typeof value === 'string' ? `'${json.slice(1, -1).replaceAll('\\"', '"')}'` : json;
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
