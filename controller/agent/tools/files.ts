import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, readSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { inside, isHidden } from './inside.ts';
import { Refused, type Tool } from './tool.ts';

/** Most bytes written at once, and read at once, and most names listed. */
const LIMITS = { write: 1024 * 1024, read: 60 * 1024, names: 1000 } as const;

/** Tools for the files of a folder, and of nothing else. @param root the folder */
export function fileTools(root: string): Tool[] {
  return [readFileTool(root), writeFileTool(root), listFilesTool(root)];
}

function readFileTool(root: string): Tool {
  return {
    definition: {
      name: 'read_file',
      description: `Reads a text file of the current folder, ${LIMITS.read} bytes at most from the byte 'offset' on.`,
      parameters: Type.Object({ path: Type.String(), offset: Type.Optional(Type.Integer({ minimum: 0 })) }),
    },
    call: async ({ path, offset = 0 }) =>
      withFile(inside(root, path), constants.O_RDONLY, (file) => {
        const { text, end } = readPiece(file, Number(offset));
        const left = fstatSync(file).size - end;
        return left > 0 ? `${text}\n(${left} more bytes: read on with offset ${end})` : text;
      }),
  };
}

/** What a file holds from a byte on: whole characters, however big the file is. */
function readPiece(file: number, offset: number): { text: string; end: number } {
  const bytes = Buffer.alloc(LIMITS.read + 1);
  const size = readSync(file, bytes, 0, bytes.length, offset);
  let end = Math.min(size, LIMITS.read);
  // The rest of a character that is left for the next piece.
  while (size > LIMITS.read && end > LIMITS.read - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: bytes.toString('utf8', 0, end), end: offset + end };
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
    if (isHidden(entry.name) || entry.name === 'node_modules') continue;
    // Links are named, and not followed.
    if (entry.isDirectory()) list(join(folder, entry.name), `${prefix}${entry.name}/`, names);
    else names.push(`${prefix}${entry.name}`);
  }
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
