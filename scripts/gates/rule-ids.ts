import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The ids of all rules that `policies/index.ts` exports in a list. */
export async function readRuleIds(root: string): Promise<string[]> {
  const exported = (await import(pathToFileURL(join(root, 'policies', 'index.ts')).href)) as Readonly<Record<string, unknown>>;
  const ids = Object.values(exported).flatMap((value) => (Array.isArray(value) ? value.flatMap(idOf) : []));
  if (ids.length === 0) throw new Error('policies/index.ts exports no list of rules');
  return [...new Set(ids)];
}

function idOf(rule: unknown): string[] {
  return typeof rule === 'object' && rule !== null && 'id' in rule && 'title' in rule && typeof rule.id === 'string' ? [rule.id] : [];
}
