import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { Type } from 'typebox';
import { OWN_FOLDER } from '../session.ts';
import { Refused, type Tool } from './tool.ts';

/** Most bytes written at once, most characters read at once, and most names listed. */
const LIMITS = { write: 1024 * 1024, read: 64 * 1024, names: 1000 } as const;

/** What no tool touches: the agent's own notes, and what tells git which programs to start. */
const HIDDEN: ReadonlySet<string> = new Set([OWN_FOLDER, '.git']);

/** Tools for the files of a folder, and of nothing else. @param root the folder */
export function fileTools(root: string): Tool[] {
  return [readFileTool(root), writeFileTool(root), listFilesTool(root)];
}

function readFileTool(root: string): Tool {
  return {
    definition: {
      name: 'read_file',
      description: `Reads a text file of the current folder, ${LIMITS.read} characters at most from 'offset' on.`,
      parameters: Type.Object({ path: Type.String(), offset: Type.Optional(Type.Integer({ minimum: 0 })) }),
    },
    call: async ({ path, offset = 0 }) => {
      const text = withFile(inside(root, path), constants.O_RDONLY, (file) => readFileSync(file, 'utf8'));
      const piece = text.slice(Number(offset), Number(offset) + LIMITS.read);
      const left = text.length - Number(offset) - piece.length;
      return left > 0 ? `${piece}\n(${left} more characters: read on with offset ${Number(offset) + piece.length})` : piece;
    },
  };
}

function writeFileTool(root: string): Tool {
  return {
    definition: {
      name: 'write_file',
      description: 'Writes a text file of the current folder, with the folders above it. What was there is replaced.',
      parameters: Type.Object({ path: Type.String(), content: Type.String() }),
    },
    call: async ({ path, content }) => {
      const text = String(content);
      const bytes = Buffer.byteLength(text);
      if (bytes > LIMITS.write) throw new Refused(`The file would have ${bytes} bytes, and may have ${LIMITS.write}`);
      const target = inside(root, path);
      mkdirSync(dirname(target), { recursive: true });
      withFile(target, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, (file) => writeFileSync(file, text));
      return `Wrote ${bytes} bytes`;
    },
  };
}

function listFilesTool(root: string): Tool {
  return {
    definition: {
      name: 'list_files',
      description: 'Lists the files of the current folder, or of one below it, with all that is below.',
      parameters: Type.Object({ path: Type.Optional(Type.String()) }),
    },
    call: async ({ path = '.' }) => {
      const names: string[] = [];
      list(inside(root, path), '', names);
      const more = names.length > LIMITS.names ? `\n(and more)` : '';
      return names.length === 0 ? '(no files)' : `${names.slice(0, LIMITS.names).join('\n')}${more}`;
    },
  };
}

function list(folder: string, prefix: string, names: string[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (names.length > LIMITS.names) return;
    if (HIDDEN.has(entry.name) || entry.name === 'node_modules') continue;
    // Links are named, and not followed.
    if (entry.isDirectory()) list(join(folder, entry.name), `${prefix}${entry.name}/`, names);
    else names.push(`${prefix}${entry.name}`);
  }
}

/**
 * The path of a file below the root, whatever a model names: no way up, and no link that leads out.
 *
 * @throws Refused
 */
function inside(root: string, path: unknown): string {
  const name = String(path);
  const target = resolve(root, name);
  // Some file systems take `.GIT` for `.git`.
  if (
    relative(root, target)
      .split(sep)
      .some((part) => HIDDEN.has(part.toLowerCase()))
  )
    throw new Refused(`'${name}' is nothing for these tools`);
  const base = realpathSync(root);
  const real = realPathOf(target);
  if (real !== base && !real.startsWith(`${base}${sep}`)) throw new Refused(`'${name}' is not in the current folder`);
  return real;
}

/** Where a path leads, as far as it exists. A link that leads nowhere does, and has no such path. */
function realPathOf(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return realpathSync(path);
  return join(realPathOf(dirname(path)), basename(path));
}

/** Neither a link nor a pipe is opened, nor waited for. */
function withFile<Value>(path: string, flags: number, use: (file: number) => Value): Value {
  const file = openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o644);
  try {
    if (!fstatSync(file).isFile()) throw new Refused('It is not a file');
    return use(file);
  } finally {
    closeSync(file);
  }
}
