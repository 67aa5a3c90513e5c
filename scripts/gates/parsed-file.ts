import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comment, parseSync, type Program } from 'oxc-parser';

/** A source file with what the parser found in it. */
export interface ParsedFile {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
}

/** Reads a TypeScript file. */
export function parseFile(root: string, file: string): ParsedFile {
  const text = readFileSync(join(root, file), 'utf8');
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} is not TypeScript: ${errors.map(({ message }) => message).join('; ')}`);
  return { file, text, program, comments };
}
