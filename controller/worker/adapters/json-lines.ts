/** An event that a program printed. */
export type PrintedEvent = Readonly<Record<string, unknown>>;

/** The events that a program printed, one on each line. Other lines are notes of its own. */
export function readJsonLines(output: string): PrintedEvent[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as PrintedEvent];
    } catch {
      return [];
    }
  });
}

/** A part of an event that should be an object. */
export function partOf(event: PrintedEvent | undefined, name: string): PrintedEvent {
  const part = event?.[name];
  return typeof part === 'object' && part !== null ? (part as PrintedEvent) : {};
}
