import type { Command } from 'commander';
import { print } from '../print.ts';
import { complete } from './complete.ts';

/** Control characters would end a line or a word for the shell, or move the cursor. */
const UNSAFE = /\p{C}/u;

/** Prints what could stand at the cursor: a line for each word, with what it means after a tab; or `:files` or `:folders`. */
export async function printCompletion(program: Command, words: readonly string[]): Promise<void> {
  const completion = await complete(program, words);
  if (typeof completion === 'string') return print(`:${completion}`);
  for (const { word, description } of completion) {
    if (!UNSAFE.test(word)) print(description === '' ? word : `${word}\t${description}`);
  }
}
