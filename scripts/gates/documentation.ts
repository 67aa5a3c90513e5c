import type { Class, ClassElement, ExportNamedDeclaration, TSInterfaceDeclaration, TSSignature } from 'oxc-parser';
import type { Finding } from './finding.ts';
import { type ParsedFile, parseFile } from './parsed-file.ts';
import { lineAt, sourceFiles } from './source-files.ts';

/** Here people look up what they may write, so that props and methods are documented too. */
const PUBLIC_FOLDER = 'constructs/';
const PROPS = /(Props|Options)$/;

interface Position {
  readonly start: number;
}

/** What lacks a JSDoc comment: exported names everywhere; below `constructs/` also props, with `@default` where they are optional, and methods. */
export function findUndocumented(root: string): Finding[] {
  return sourceFiles(root, '.ts')
    .filter((file) => file.includes('/') && !/\.test(-d)?\.ts$/.test(file))
    .flatMap((file) => undocumentedIn(parseFile(root, file)));
}

function undocumentedIn(source: ParsedFile): Finding[] {
  return source.program.body.flatMap((statement) =>
    statement.type === 'ExportNamedDeclaration' ? undocumentedExport(source, statement) : [],
  );
}

function undocumentedExport(source: ParsedFile, statement: ExportNamedDeclaration): Finding[] {
  const { declaration } = statement;
  if (declaration === null) return [];
  const name = nameOf(declaration);
  const findings = docOf(source, statement) === undefined ? [missing(source, statement, name)] : [];
  if (!source.file.startsWith(PUBLIC_FOLDER)) return findings;
  if (declaration.type === 'ClassDeclaration') return [...findings, ...undocumentedMethods(source, declaration, name)];
  if (declaration.type === 'TSInterfaceDeclaration' && PROPS.test(name))
    return [...findings, ...undocumentedProps(source, declaration, name)];
  return findings;
}

function undocumentedProps(source: ParsedFile, { body }: TSInterfaceDeclaration, owner: string): Finding[] {
  return body.body.flatMap((member) => {
    const name = `${owner}.${keyOf(member)}`;
    const doc = docOf(source, member);
    if (doc === undefined) return [missing(source, member, name)];
    if (!isOptional(member) || doc.includes('@default')) return [];
    return [{ ...at(source, member), text: `${name} is optional: say with @default what holds when it is left out` }];
  });
}

/** Fields repeat what the props say; private members are nobody's reading. */
function undocumentedMethods(source: ParsedFile, { body }: Class, owner: string): Finding[] {
  return body.body
    .filter((member) => isPublicMethod(member) && docOf(source, member) === undefined)
    .map((member) => missing(source, member, `${owner}.${keyOf(member)}`));
}

function isPublicMethod(member: ClassElement): boolean {
  if (member.type !== 'MethodDefinition' && member.type !== 'TSAbstractMethodDefinition') return false;
  if (member.kind === 'constructor' || member.override) return false;
  return member.key.type !== 'PrivateIdentifier' && (member.accessibility ?? 'public') === 'public';
}

/** `prop?: never` only takes a prop away again. */
function isOptional(member: TSSignature): boolean {
  if (member.type !== 'TSPropertySignature' || !member.optional) return false;
  return member.typeAnnotation?.typeAnnotation.type !== 'TSNeverKeyword';
}

function docOf({ comments, text }: ParsedFile, { start }: Position): string | undefined {
  const isAbove = (end: number) => end <= start && text.slice(end, start).trim() === '';
  return comments.find(({ type, value, end }) => type === 'Block' && value.startsWith('*') && isAbove(end))?.value;
}

function nameOf(declaration: NonNullable<ExportNamedDeclaration['declaration']>): string {
  const id = declaration.type === 'VariableDeclaration' ? declaration.declarations[0]?.id : declaration.id;
  return id?.type === 'Identifier' ? id.name : 'a declaration';
}

function keyOf(member: object): string {
  const key = 'key' in member ? (member.key as { name?: string; value?: unknown }) : {};
  return key.name ?? (typeof key.value === 'string' ? key.value : 'a member');
}

function missing(source: ParsedFile, position: Position, name: string): Finding {
  return { ...at(source, position), text: `${name} has no JSDoc comment: say what it is for` };
}

function at({ file, text }: ParsedFile, { start }: Position): { file: string; line: number } {
  return { file, line: lineAt(text, start) };
}
