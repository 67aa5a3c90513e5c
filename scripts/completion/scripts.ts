import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The shells that have a script, by the file that holds it. */
const FILES = { bash: 'completion.bash', fish: 'completion.fish', zsh: 'completion.zsh' } as const;

/** A shell whose command lines can be completed. */
export type Shell = keyof typeof FILES;

/**
 * The script that teaches a shell to ask the program for what could stand at the cursor. It lists no command itself, so that it
 * fits whichever version of the program is called.
 */
export function completionScript(shell: Shell): string {
  return readFileSync(join(import.meta.dirname, FILES[shell]), 'utf8');
}
