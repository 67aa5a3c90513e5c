import { FleetwrightError } from '../../constructs/index.ts';

/** A registry or a server that did not give what was asked of it. */
export function unresolved(message: string, cause?: unknown): FleetwrightError {
  return new FleetwrightError('FW_TOOLS_UNRESOLVED', message, { cause });
}

/**
 * Does something for each of some names, a few at a time, and tells all failures at once.
 *
 * @throws FleetwrightError FW_TOOLS_UNRESOLVED, with a line for each name that failed
 */
export async function forEachTool<T>(names: readonly string[], work: (name: string) => Promise<T>): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  const failures = new Map<string, unknown>();
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      try {
        results.set(name, await work(name));
      } catch (error) {
        failures.set(name, error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.size === 0) return results;
  const surprise = [...failures.values()].find((error) => error instanceof Error && !(error instanceof FleetwrightError));
  if (surprise instanceof Error) throw surprise;
  const lines = names.filter((name) => failures.has(name)).map((name) => `\n  - '${name}': ${sentenceOf(failures.get(name))}`);
  throw unresolved(`tools cannot be resolved, and nothing was written:${lines.join('')}`, [...failures.values()][0]);
}

const AT_ONCE = 4;

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/ \[FW_[A-Z_]+\]$/, '') : String(error);
}
