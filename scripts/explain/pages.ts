import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;

/** A folder that the package has beside the program, and the repository where its sources are. */
function folderOf(packaged: string, source: string): string {
  const beside = join(HERE, packaged);
  return existsSync(beside) ? beside : join(HERE, '..', '..', source);
}

/** Where each error code and each rule has its page: `build/errors/` in the package, `docs/errors/` in the repository. */
function pageFolder(): string {
  return folderOf('errors', 'docs/errors');
}

/** Names of all pages. */
export function pageNames(): string[] {
  return readdirSync(pageFolder()).flatMap((file) => (file.endsWith('.md') && file !== 'README.md' ? [file.slice(0, -'.md'.length)] : []));
}

/** What a page says: its first sentence, its example, and what stands under each of its bold headings. */
export interface Page {
  readonly summary: string;
  readonly example: string;
  readonly sections: readonly { readonly title: string; readonly text: string }[];
}

/** Reads a page of the documentation. */
export function readPage(name: string): Page {
  const page = readFileSync(join(pageFolder(), `${name}.md`), 'utf8');
  const [head = '', ...parts] = page.split(/\n(?=\*\*[A-Z][^*\n]*:\*\*)/);
  const example = /```text\n([\s\S]*?)\n```/.exec(head)?.[1] ?? '';
  return {
    example,
    sections: parts.map((part) => {
      const [, title = '', text = ''] = /^\*\*([^*]+):\*\*\s*([\s\S]*)$/.exec(part) ?? [];
      return { text: text.trim(), title };
    }),
    summary: head
      .replace(/^# .*\n/, '')
      .replaceAll(/```[\s\S]*?```/g, '')
      .trim(),
  };
}

/** The folder of the sources that say what stacks are written with: declarations in the package, the files themselves in the repository. */
export function constructsFolder(): string {
  return folderOf('types/constructs', 'constructs');
}

/** The file that names what the package exports. */
export function surfaceFile(): string {
  const beside = join(HERE, 'types', 'index.d.ts');
  return existsSync(beside) ? beside : join(HERE, '..', '..', 'index.ts');
}
