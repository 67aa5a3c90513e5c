import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { lineAt, sourceFiles } from './source-files.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly text: string;
}

/** What no lint rule of ours refuses. */
const BANS: readonly Ban[] = [
  {
    pattern: /\bas unknown as\b/g,
    text: 'a double assertion turns the type checker off: narrow the value, or give it its type where it is made',
  },
  {
    pattern: /\/[/*]\s*(oxlint|eslint)-disable(?!.* -- \S)/g,
    text: "a suppression gives its reason: '// oxlint-disable-next-line rule -- why'",
  },
];

/** Double assertions, and lint suppressions without a reason. */
export function findBannedText(root: string): Finding[] {
  return sourceFiles(root, '.ts')
    .filter((file) => !file.startsWith('scripts/gates/plain-text'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return BANS.flatMap((ban) =>
        [...text.matchAll(ban.pattern)].map(({ index }): Finding => ({ file, line: lineAt(text, index), text: ban.text })),
      );
    });
}
