import { isRecord } from './is-record.ts';
import { changesBetween, type Comparable, type ObjectChange } from './object-changes.ts';

/** What of `fleet.json` stands in no manifest of its own. */
const KINDS = { pipelines: 'Pipeline', triggers: 'Trigger' } as const;

/** Compares two texts of a `fleet.json`, pipeline by pipeline and trigger by trigger. The first may be anything that was committed. */
export function workChanges(before: string, after: string): ObjectChange[] {
  return changesBetween(workOf(before), workOf(after));
}

function workOf(text: string): Map<string, Comparable> {
  const orgs = recordIn(parse(text), 'orgs');
  const found = Object.entries(orgs).flatMap(([org, spec]) =>
    Object.entries(KINDS).flatMap(([key, kind]) =>
      Object.entries(recordIn(spec, key)).map(([name, value]) => [`${kind} ${org}/${name}`, { kind, value }] as const),
    ),
  );
  return new Map(found);
}

function recordIn(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
