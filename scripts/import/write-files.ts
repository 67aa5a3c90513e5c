import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { FleetwrightError } from '../../constructs/index.ts';

/** A file to be written. */
export interface NewFile {
  readonly file: string;
  readonly text: string;
}

/** Options of `writeFiles`. */
export interface WriteFilesOptions {
  /** The folder that the files are in. */
  readonly out: string;
  /**
   * Whether files that are there already are replaced.
   *
   * @default false
   */
  readonly force?: boolean;
}

/**
 * Writes all files, or none where one of them is there already or cannot be written.
 *
 * @throws FleetwrightError FW_USAGE, FW_OUTPUT_FAILED
 */
export function writeFiles(files: readonly NewFile[], { out, force = false }: WriteFilesOptions): void {
  const taken = force ? [] : files.filter(({ file }) => existsSync(file)).map(({ file }) => file);
  if (taken.length > 0) {
    const advice = 'choose another --org or --out, or replace it by --force';
    throw new FleetwrightError('FW_USAGE', `${taken.join(', ')} is there already and was not touched; ${advice}`);
  }
  try {
    mkdirSync(out, { recursive: true });
    replaceAll(files);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FleetwrightError('FW_OUTPUT_FAILED', `${out} cannot be written: ${why}`, { cause });
  }
}

/** Nothing is replaced before all is written beside it. */
function replaceAll(files: readonly NewFile[]): void {
  const temporary = (file: string) => `${file}.${process.pid}.tmp`;
  try {
    for (const { file, text } of files) writeFileSync(temporary(file), text, { flag: 'wx' });
    for (const { file } of files) renameSync(temporary(file), file);
  } catch (error) {
    for (const { file } of files) rmSync(temporary(file), { force: true });
    throw error;
  }
}
