/** A prop or a static factory, as its declaration says. */
export interface Member {
  readonly name: string;
  readonly isStatic: boolean;
  readonly isOptional: boolean;
  /** Type of a prop; parameters and result of a factory. */
  readonly type: string;
  readonly doc: Doc;
}

/** A type that stacks are written with. */
export interface Declaration {
  readonly name: string;
  readonly kind: 'class' | 'function' | 'interface' | 'type';
  readonly doc: Doc;
  /** Names of interfaces that it extends. */
  readonly bases: readonly string[];
  readonly members: readonly Member[];
  /** What a type stands for. */
  readonly alias: string | undefined;
}

/** What a comment says. */
export interface Doc {
  readonly text: string;
  readonly default: string | undefined;
  readonly see: readonly string[];
}

const HEADER =
  /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^(?:export )?(?:declare )?(?:abstract )?(class|function|interface|type) (\w+)([^\n]*)\n?/gm;

/**
 * Reads the declarations of a file: a source of this repository, or a declaration file of the package. Both are written by
 * programs that indent alike, so their lines tell where things begin and end.
 */
export function readDeclarations(source: string): Declaration[] {
  return [...source.matchAll(HEADER)].map((match): Declaration => {
    const [header, comment = '', kind = '', name = '', rest = ''] = match;
    const after = source.slice(match.index + header.length);
    const hasBody = (kind === 'class' || kind === 'interface') && rest.endsWith('{');
    return {
      name,
      kind: kind as Declaration['kind'],
      doc: readDoc(comment),
      bases: (/ extends ([\w, ]+)/.exec(rest)?.[1] ?? '')
        .split(',')
        .map((base) => base.trim())
        .filter(Boolean),
      members: hasBody ? readMembers(after.slice(0, after.search(/^\}/m))) : [],
      alias: kind === 'type' ? withChoices(aliasOf(rest, after), source) : undefined,
    };
  });
}

/** The text of a comment, without its stars. */
function readDoc(comment: string): Doc {
  const plain = comment.replaceAll(/^\s*\* ?/gm, '').trim();
  const [text = '', ...tags] = plain.split(/(?:^|\s)@(?=[a-z]+\b)/);
  const values = (name: string) => tags.filter((tag) => tag.startsWith(`${name} `)).map((tag) => unwrap(tag.slice(name.length)));
  return { text: unwrap(text), default: values('default')[0], see: values('see') };
}

/** Lines joined where they were broken for their length. */
function unwrap(text: string): string {
  return text.trim().replaceAll(/\s*\n(?!\n)\s*/g, ' ');
}

/** What stands between the equals sign and the semicolon that is in no braces. */
function aliasOf(rest: string, after: string): string {
  const whole = `${rest}\n${after}`;
  let depth = 0;
  let end = 0;
  for (; end < whole.length && (depth > 0 || whole[end] !== ';'); end++) {
    if ('{(['.includes(whole[end] ?? '')) depth++;
    else if ('})]'.includes(whole[end] ?? '')) depth--;
  }
  return tidy(whole.slice(0, end).replace(/^[^=]*=\s*(\|\s)?/, ''));
}

/** A type that is one of a list's texts, as these texts. */
function withChoices(alias: string, source: string): string {
  const list = /^\(typeof (\w+)\)\[number\]$/.exec(alias)?.[1];
  const texts = new RegExp(`const ${list}(?: = |: readonly )\\[([^\\]]*)\\]`).exec(source)?.[1];
  return texts === undefined ? alias : texts.replaceAll('"', "'").trim().replace(/,$/, '').replaceAll(/,\s*/g, ' | ');
}

/** A type in a line. */
function tidy(type: string): string {
  return unwrap(type).replaceAll('; }', ' }');
}

/** Members stand at the first indentation; what is further in belongs to them. */
function readMembers(body: string): Member[] {
  const indent = /^ +/m.exec(body)?.[0] ?? '  ';
  const pieces = body.split(new RegExp(`^${indent}(?=[^\\s*}\\])])`, 'm')).slice(1);
  const members: Member[] = [];
  let comment = '';
  for (const piece of pieces) {
    if (piece.startsWith('/**')) comment = piece.slice(3, piece.indexOf('*/'));
    else {
      const member = readMember(piece, comment);
      if (member !== undefined) members.push(member);
      comment = '';
    }
  }
  return members;
}

const PROP = /^(static )?(?:readonly )?(\w+)(\?)?: ([\s\S]+?);?\s*$/;
const FACTORY = /^(static )(\w+)(\([\s\S]*?\): [^;{]+?)\s*(?:;|\{$)/m;

function readMember(piece: string, comment: string): Member | undefined {
  const doc = readDoc(comment);
  const factory = FACTORY.exec(piece);
  if (factory !== null) {
    const [, , name = '', type = ''] = factory;
    return { name, isStatic: true, isOptional: false, type: asDeclared(unwrap(type)), doc };
  }
  const [whole, isStatic, name = '', optional, type = ''] = PROP.exec(piece) ?? [];
  if (whole === undefined) return undefined;
  return { name, isStatic: isStatic !== undefined, isOptional: optional !== undefined, type: tidy(type), doc };
}

/** Parameters as a declaration file has them: optional instead of with a default. */
function asDeclared(signature: string): string {
  return signature.replaceAll(/(\w+)(: [\w[\]]+)? = (?:\{\}|`[^`]*`|\w+)/g, (_, name: string, type = ': string') => `${name}?${type}`);
}
