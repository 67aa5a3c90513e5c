import { FleetwrightError } from '../../constructs/index.ts';

/** What a construct or a value has against being made so; `undefined` when it can be made. */
export function refusalOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof FleetwrightError) return shorten(error.message.replace(/ \[FW_[A-Z_]+\]$/, ''));
    if (error instanceof SyntaxError) return shorten(error.message);
    throw error;
  }
}

function shorten(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ');
  return line.length > 240 ? `${line.slice(0, 239)}…` : line;
}
