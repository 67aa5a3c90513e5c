/** A value some levels down in plain data; `undefined` where the way ends early. */
export function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) current = isRecord(current) ? current[key] : undefined;
  return current;
}

/** Whether this is plain data with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For messages: `Deployment hello/greeter`. */
export function nameOf({ kind, metadata }: { kind: string; metadata: { name: string; namespace?: string } }): string {
  return metadata.namespace === undefined ? `${kind} ${metadata.name}` : `${kind} ${metadata.namespace}/${metadata.name}`;
}
