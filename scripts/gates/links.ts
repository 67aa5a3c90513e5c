import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding } from './finding.ts';
import { replaceCode } from './markdown.ts';
import { lineAt, sourceFiles } from './source-files.ts';

const LINK = /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g;

/** Links of Markdown files to files that are not there. Addresses on other machines are not tried. */
export function findDeadLinks(root: string): Finding[] {
  return sourceFiles(root, '.md').flatMap((file) => {
    // Code may hold what looks like a link; emptied, it keeps its lines.
    const text = replaceCode(readFileSync(join(root, file), 'utf8'), ({ code }) => code.replace(/[^\n]/g, ''));
    return [...text.matchAll(LINK)]
      .map(({ 1: target = '', index }) => ({ target, line: lineAt(text, index) }))
      .filter(({ target }) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(file), target)))
      .map(({ target, line }): Finding => ({ file, line, text: `the link leads to ${target}, which does not exist` }));
  });
}
