import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { parseFile } from './parsed-file.ts';

const ERRORS = 'constructs/errors.ts';
const PROBLEMS = 'controller/contract/wire/problem.ts';
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

/** The codes of the object `PROBLEM_STATUS`. */
export function readProblemCodes(root: string): string[] {
  for (const { type, ...statement } of parseFile(root, PROBLEMS).program.body) {
    if (type !== 'ExportNamedDeclaration' || !('declaration' in statement) || statement.declaration?.type !== 'VariableDeclaration')
      continue;
    const [declared] = statement.declaration.declarations;
    if (declared?.id.type !== 'Identifier' || declared.id.name !== 'PROBLEM_STATUS') continue;
    const value = declared.init?.type === 'TSAsExpression' ? declared.init.expression : declared.init;
    if (value?.type !== 'ObjectExpression') continue;
    return value.properties.flatMap((property) =>
      property.type === 'Property' && property.key.type === 'Identifier' ? [property.key.name] : [],
    );
  }
  throw new Error(`${PROBLEMS} exports no object PROBLEM_STATUS`);
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
