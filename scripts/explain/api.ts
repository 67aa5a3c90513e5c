import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Section } from './answer.ts';
import { type Declaration, type Member, readDeclarations } from './declarations.ts';
import { constructsFolder, surfaceFile } from './pages.ts';

/** What stacks are written with, by name, with inherited props. */
export type Api = ReadonlyMap<string, Declaration>;

interface Known {
  /** What the package exports. */
  readonly exported: Api;
  /** All declarations. */
  readonly all: Api;
}

let remembered: Known | undefined;

/** Reads what stacks are written with: the names that the package exports. */
export function readApi(): Api {
  return readAll().exported;
}

function readAll(): Known {
  if (remembered !== undefined) return remembered;
  const folder = constructsFolder();
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file));
  const declarations = files.flatMap((file) => readDeclarations(readFileSync(join(folder, file), 'utf8')));
  const all = new Map(declarations.map((each) => [each.name, each]));
  const exported = readFileSync(surfaceFile(), 'utf8').match(/\w+(?=[,\s}])/g) ?? [];
  const names = [...new Set(exported)].filter((name) => all.has(name));
  return (remembered = { all, exported: new Map(names.map((name) => [name, withBases(name, all)])) });
}

/** A declaration with the members of the interfaces that it extends, or is one of. */
function withBases(name: string, all: Api): Declaration {
  const declaration = all.get(name) ?? {
    name,
    alias: undefined,
    bases: [],
    doc: { default: undefined, see: [], text: '' },
    kind: 'type',
    members: [],
  };
  if (declaration.kind === 'class') return declaration;
  const inherited = [...declaration.bases, ...alternativesOf(declaration)].flatMap((base) =>
    all.get(base)?.kind === 'class' ? [] : withBases(base, all).members,
  );
  const members = new Map<string, Member>();
  // A prop that one of two interfaces forbids is what the other says.
  for (const member of [...declaration.members, ...inherited]) {
    const known = members.get(member.name);
    if (known === undefined || known.type === 'never') members.set(member.name, member);
  }
  return { ...declaration, members: [...members.values()] };
}

/** The names of the types that a type is one of: `Egress | EgressPolicy`. */
function alternativesOf({ alias = '' }: Declaration): string[] {
  return /^\w+( \| \w+)*$/.test(alias) ? alias.split(' | ') : [];
}

/** What is found at the end of a path such as `Agent.run`, `Run.pool.max`. */
interface Found {
  readonly declaration: Declaration;
  readonly member: Member | undefined;
}

/** Finds a class, or one of its props, by the path that people write. */
export function findApiName(subject: string): Found | undefined {
  const [name = '', ...path] = subject.split('.');
  const names = readApi();
  let declaration = names.get(name);
  let member: Member | undefined;
  for (const step of path) {
    if (declaration === undefined) return undefined;
    member = membersOf(declaration).find((each) => each.name === step);
    if (member === undefined) return undefined;
    declaration = innerType(member) ?? declaration;
  }
  return declaration === undefined ? undefined : { declaration, member };
}

/** The props that a class is given, with its factories; fields of the class itself are what a stack reads. */
function membersOf({ name, kind, members }: Declaration): readonly Member[] {
  if (kind !== 'class') return members;
  const props = readApi().get(`${name}Props`)?.members ?? [];
  return [...members.filter(({ isStatic }) => isStatic), ...props];
}

/** The type that a prop's value is of, or that a factory takes its options as. */
function innerType({ isStatic, type }: Member): Declaration | undefined {
  const text = isStatic ? type.slice(0, type.lastIndexOf('):')) : type;
  const types = (text.match(/\b[A-Z]\w+/g) ?? []).flatMap((name) => readApi().get(name) ?? readAll().all.get(name) ?? []);
  return types.at(isStatic ? -1 : 0);
}

/** Explains a class, an interface, or a prop, in the words of its declaration. */
export function explainApi(subject: string): Answer {
  const found = findApiName(subject);
  if (found === undefined) throw new Error(`nothing is called ${subject}`);
  const { declaration, member } = found;
  if (member === undefined) return { subject, kind: declaration.kind, summary: declaration.doc.text, sections: sectionsOf(declaration) };
  const { type, isOptional, isStatic, doc } = member;
  const facts: Record<string, string> = isStatic
    ? { call: `${member.name}${type}` }
    : { type, given: isOptional ? 'optional' : 'required', ...(doc.default !== undefined && { default: doc.default }) };
  const rows = [...Object.entries(facts), ...doc.see.map((see) => ['see', see] as const)].map(([fact, text]) => ({ fact, text }));
  const inner = innerType(member);
  return {
    subject,
    kind: 'prop',
    summary: doc.text,
    sections: [{ title: 'Facts', rows }, ...(inner === undefined ? [] : innerSections(inner))],
  };
}

/** A prop's value is made by the factories of its class, or written with the props of its interface. */
function innerSections(inner: Declaration): Section[] {
  const others = alternativesOf(inner).flatMap((name) => readApi().get(name) ?? []);
  if (others.some(({ kind }) => kind === 'class')) return others.flatMap(innerSections);
  if (inner.kind === 'type' && inner.members.length === 0) return [{ title: inner.name, text: inner.alias ?? '' }];
  const statics = inner.members.filter(({ isStatic }) => isStatic);
  return sectionsOf(statics.length > 0 ? { ...inner, members: statics } : inner).map((section) => ({
    ...section,
    title: `${inner.name}: ${section.title.toLowerCase()}`,
  }));
}

function sectionsOf(declaration: Declaration): Section[] {
  if (declaration.alias !== undefined && declaration.members.length === 0) return [{ title: 'Is', text: declaration.alias }];
  const members = membersOf(declaration);
  const props = members.filter(({ isStatic }) => !isStatic);
  const factories = members.filter(({ isStatic }) => isStatic);
  const sections: Section[] = [
    {
      title: 'Made by',
      rows: factories.map(({ name, type, doc }) => ({ call: `${declaration.name}.${name}${type}`, for: firstSentence(doc.text) })),
    },
    {
      title: 'Props',
      rows: props.map(({ name, isOptional, type, doc }) => ({
        prop: `${name}${isOptional ? '?' : ''}`,
        type,
        default: doc.default ?? (isOptional ? '' : 'required'),
        for: firstSentence(doc.text),
      })),
    },
  ];
  return sections.filter(({ rows = [] }) => rows.length > 0);
}

function firstSentence(text: string): string {
  return /^[\s\S]*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}
