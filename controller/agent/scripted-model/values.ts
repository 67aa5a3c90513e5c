/** The part of a conversation that transcripts may look at: plain data. */
export type Values = Readonly<Record<string, unknown>>;

const PLACE = /\{\{\s*([\w.-]+)\s*\}\}/g;
const WHOLE = /^\{\{\s*([\w.-]+)\s*\}\}$/;

/** Puts values where a template names them: `{{input.branch}}`. Nothing is computed, and what is put in is not looked through again. */
export function fill(template: unknown, values: Values): unknown {
  if (typeof template === 'string') {
    const [, path] = WHOLE.exec(template) ?? [];
    return path === undefined ? template.replaceAll(PLACE, (_, name: string) => toText(find(values, name))) : (find(values, path) ?? null);
  }
  if (Array.isArray(template)) return template.map((item) => fill(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, item]) => [name, fill(item, values)]));
}

/** The value at a path, as far as there is one: `needs.plan.result.branches.0`. */
export function find(values: unknown, path: string): unknown {
  let found = values;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
}

/** As a text that stands in another. */
export function toText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
