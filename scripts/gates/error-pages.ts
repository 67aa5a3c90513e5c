import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { parseFile } from './parsed-file.ts';

const ERRORS = 'constructs/errors.ts';
const FOLDER = 'docs/errors';
const OVERVIEW = 'README.md';

/** The codes of the type `ErrorCode`. */
export function readErrorCodes(root: string): string[] {
  for (const { type, ...statement } of parseFile(root, ERRORS).program.body) {
    if (type !== 'ExportNamedDeclaration' || !('declaration' in statement)) continue;
    const { declaration } = statement;
    if (declaration === null || declaration.type !== 'TSTypeAliasDeclaration' || declaration.id.name !== 'ErrorCode') continue;
    const { typeAnnotation } = declaration;
    const members = typeAnnotation.type === 'TSUnionType' ? typeAnnotation.types : [typeAnnotation];
    return members.flatMap((member) =>
      member.type === 'TSLiteralType' && member.literal.type === 'Literal' ? [String(member.literal.value)] : [],
    );
  }
  throw new Error(`${ERRORS} exports no type ErrorCode`);
}

/** Codes without a page under `docs/errors/`, and pages without a code. */
export function findMissingPages(root: string, codes: readonly string[]): Finding[] {
  const folder = join(root, FOLDER);
  const pages = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.md') && file !== OVERVIEW) : [];
  const wanted = codes.map((code) => `${code}.md`);
  return [
    ...wanted
      .filter((page) => !pages.includes(page))
      .map((page): Finding => ({ file: `${FOLDER}/${page}`, text: 'this page is missing: every error code and rule id has one' })),
    ...pages
      .filter((page) => !wanted.includes(page))
      .map((page): Finding => ({
        file: `${FOLDER}/${page}`,
        text: 'no error code and no rule has this name: remove the page, or name it after one',
      })),
  ];
}
