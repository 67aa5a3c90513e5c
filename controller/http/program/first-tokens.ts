import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeToken, type Tokens } from '../access/tokens.ts';

/** Name of the file, in the data folder, that keeps the first token of each org. */
export const TOKENS_FILE = 'admin-tokens.json';

/**
 * Gives each org that has none its first token, with the role admin. It is written to a file that only its owner may read before the database
 * knows it, so that a program that is killed in between loses nothing: the next start finishes the work.
 *
 * @returns the orgs that got one
 */
export async function makeFirstTokens(tokens: Tokens, orgs: readonly string[], folder: string): Promise<string[]> {
  const file = join(folder, TOKENS_FILE);
  const known = read(file);
  const planned = { ...known };
  for (const org of orgs) planned[org] ??= makeToken();
  if (orgs.some((org) => known[org] === undefined)) write(folder, file, planned);

  const made: string[] = [];
  const given = { ...planned };
  for (const org of orgs) {
    // Few, once.
    if (await tokens.createFirst(org, planned[org] ?? makeToken())) made.push(org);
    // Another program gave the org its first token, so what this one planned means nothing.
    else if (known[org] === undefined) delete given[org];
  }
  if (Object.keys(given).length < Object.keys(planned).length) write(folder, file, given);
  return made;
}

function read(file: string): Record<string, string> {
  try {
    return { ...(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new Error(`'${file}' cannot be read; repair it, or move it away if its tokens are not needed`, { cause: error });
  }
}

function write(folder: string, file: string, tokens: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
