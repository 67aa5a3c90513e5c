import { type FileHandle, open } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { FleetwrightError } from '../../constructs/index.ts';

/** A text of the input. */
export interface InputText {
  /** The file's name as it was given; `standard input` for `-`. */
  readonly file: string;
  readonly text: string;
}

const STANDARD_INPUT = 0;
const LARGEST_INPUT = 16 * 1024 * 1024;
/** Each value takes hundreds of times its own space while it is read. */
const MOST_VALUES = 500_000;
const WHAT_TO_DO = 'import it in parts, such as one namespace at a time';

/**
 * Reads all files, and standard input where one is called `-`. Nothing is read beyond 16 MiB in all.
 *
 * @throws FleetwrightError FW_IMPORT_INVALID
 */
export async function readInput(files: readonly string[]): Promise<InputText[]> {
  const texts: InputText[] = [];
  let room = LARGEST_INPUT;
  let values = 0;
  for (const name of new Set(files)) {
    const isStandard = name === '-';
    const file = isStandard ? 'standard input' : name;
    const bytes = await collect(isStandard ? standardInput() : chunksOf(name), room);
    if (bytes === undefined) throw invalidInput(`the input is larger than ${LARGEST_INPUT} bytes; ${WHAT_TO_DO}`);
    room -= bytes.length;
    values += countValues(bytes);
    if (values > MOST_VALUES) throw invalidInput(`the input holds more than ${MOST_VALUES} values; ${WHAT_TO_DO}`);
    texts.push({ file, text: decode(file, bytes) });
  }
  return texts;
}

/** At least as many as there are: each begins a line, or follows a comma or a bracket. */
function countValues(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x0a || byte === 0x2c || byte === 0x5b || byte === 0x7b) count++;
  return count;
}

/** What is wrong with the input as a whole. */
export function invalidInput(message: string, cause?: unknown): FleetwrightError {
  return new FleetwrightError('FW_IMPORT_INVALID', message, { cause });
}

function standardInput(): AsyncIterable<Uint8Array> {
  if (isatty(STANDARD_INPUT)) {
    throw new FleetwrightError(
      'FW_USAGE',
      "standard input is a terminal, where nothing comes by itself; pipe YAML into it: 'kubectl get languageagents -A -o yaml | fleetwright import -'",
    );
  }
  return process.stdin as AsyncIterable<Uint8Array>;
}

/** The content of a plain file, piece by piece. A pipe might never end, and a device might not either. */
async function* chunksOf(name: string): AsyncGenerator<Uint8Array> {
  let handle: FileHandle;
  try {
    // Without waiting for who writes into a pipe.
    handle = await open(name, 2048 /* O_NONBLOCK */);
  } catch (cause) {
    throw invalidInput(`${name} cannot be read; check that it is a file that you may read`, cause);
  }
  try {
    if (!(await handle.stat()).isFile()) throw invalidInput(`${name} is not a file; name files, or pipe into 'fleetwright import -'`);
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>;
  } finally {
    await handle.close();
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>, room: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > room) return undefined;
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function decode(file: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (cause) {
    throw invalidInput(`${file} is not text in UTF-8; export it as YAML or JSON`, cause);
  }
  throw invalidInput(`${file} is not text: it holds zero bytes; export it as YAML or JSON`);
}
