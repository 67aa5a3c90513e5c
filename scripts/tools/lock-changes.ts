import type { LockedTool, ToolLock } from '../../environments/index.ts';

/** What differs between two locks about one tool. */
export interface LockChange {
  readonly tool: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** What differs, as it was and as it is: `version`, `digest`, `descriptions` … */
  readonly fields: Readonly<Record<string, { readonly before?: string; readonly after?: string }>>;
}

const FIELDS = ['npm', 'image', 'range', 'version', 'tag', 'integrity', 'digest', 'dependencies', 'descriptions'] as const;

/** All differences between two locks, in the order of names. */
export function lockChanges(before: ToolLock, after: ToolLock): LockChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((tool): LockChange[] => {
    const fields = changedFields(before[tool], after[tool]);
    if (Object.keys(fields).length === 0) return [];
    return [{ change: !Object.hasOwn(before, tool) ? 'added' : Object.hasOwn(after, tool) ? 'changed' : 'removed', fields, tool }];
  });
}

function changedFields(before: LockedTool | undefined, after: LockedTool | undefined): LockChange['fields'] {
  const fields: Record<string, { before?: string; after?: string }> = {};
  for (const name of FIELDS) {
    const [a, b] = [textOf(before, name), textOf(after, name)];
    if (a !== b) fields[name] = { ...(a !== undefined && { before: a }), ...(b !== undefined && { after: b }) };
  }
  return fields;
}

function textOf(tool: LockedTool | undefined, field: (typeof FIELDS)[number]): string | undefined {
  const value: unknown = tool === undefined ? undefined : tool[field as keyof LockedTool];
  if (typeof value !== 'object' || value === null) return value as string | undefined;
  const pairs = Object.entries(value as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? undefined : pairs.map(([name, range]) => `${name} ${range}`).join(', ');
}
