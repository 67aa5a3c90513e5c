import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault, Replacement } from './table.ts';

/** A copy of the controller's sources with a fault in it. */
export interface Copy {
  /** Folder that holds `controller/`. */
  readonly source: string;
  readonly remove: () => void;
}

/** Copies the controller and puts the fault into the copy. @throws Error if the sources no longer have the text that it replaces */
export function copyWith({ name, replacements }: Fault, root: string): Copy {
  const source = mkdtempSync(join(tmpdir(), `fleetwright-fault-${name}-`));
  const remove = () => rmSync(source, { recursive: true, force: true });
  try {
    mkdirSync(join(source, 'controller'));
    cpSync(join(root, 'controller'), join(source, 'controller'), { recursive: true });
    cpSync(join(root, 'package.json'), join(source, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
    for (const replacement of replacements) {
      const file = join(source, 'controller', replacement.file);
      writeFileSync(file, replaceIn(readFileSync(file, 'utf8'), replacement, name));
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { source, remove };
}

/** The text with the fault. @throws Error if it has no such place */
export function replaceIn(text: string, { file, find, by }: Replacement, fault: string): string {
  if (text.includes(find)) return text.replaceAll(find, () => by);
  throw new Error(
    `The fault '${fault}' replaces text that controller/${file} no longer has: ${find}; bring e2e/harness/faults/table.ts up to date`,
  );
}
