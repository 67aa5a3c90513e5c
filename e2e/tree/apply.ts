import { isDeepStrictEqual } from 'node:util';
import { type ApiClient, describeAnswer } from '../cluster/index.ts';
import { isRecord, nameOf } from './fields.ts';
import type { RenderedObject } from './rendered.ts';

/** What came of applying many objects. */
export interface ApplyReport {
  /** What was refused or warned about, one line each; empty when all is well. */
  readonly complaints: readonly string[];
  /** What the server answered, by object and file. */
  readonly stored: Readonly<Record<string, StoredObject>>;
}

/** An object as the server stored it. */
interface StoredObject {
  /** Changes with every write that changes a stored byte. */
  readonly version: unknown;
  /** All that can be seen, without the version. */
  readonly content: unknown;
}

/** Applies objects in their order, and goes on after a refusal: all complaints of a run are worth more than the first. */
export async function applyAll(client: ApiClient, objects: readonly RenderedObject[]): Promise<ApplyReport> {
  const complaints: string[] = [];
  const stored: Record<string, StoredObject> = {};
  for (const { object, file } of objects) {
    const title = `${nameOf(object)} in ${file}`;
    try {
      const answer = await client.apply(object);
      if (!answer.ok || answer.warnings.length > 0) complaints.push(`${title}: ${describeAnswer(answer)}`);
      stored[title] = storedObject(answer.body);
    } catch (error) {
      complaints.push(`${title}: ${(error as Error).message}`);
    }
  }
  return { complaints, stored };
}

function storedObject(body: Readonly<Record<string, unknown>>): StoredObject {
  const { resourceVersion, ...metadata } = (body['metadata'] ?? {}) as Record<string, unknown>;
  return { version: resourceVersion, content: { ...body, metadata } };
}

/** Which objects a later report has in another version, and where the first visible difference is. */
export function changesBetween(before: ApplyReport, after: ApplyReport): string[] {
  return Object.entries(after.stored).flatMap(([title, { version, content }]) => {
    const earlier = before.stored[title];
    if (earlier?.version === version) return [];
    return [`${title}: ${firstDifference(earlier?.content, content) ?? 'stored anew, with nothing to be seen'}`];
  });
}

function firstDifference(before: unknown, after: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(before, after)) return undefined;
  if (!isRecord(before) || !isRecord(after)) return `${path} was ${JSON.stringify(before)} and is ${JSON.stringify(after)}`;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys) {
    const difference = firstDifference(before[key], after[key], `${path}/${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
