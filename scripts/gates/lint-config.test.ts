import { copyFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';
import { aRepository } from './testing.ts';

const ROOT = dirname(dirname(import.meta.dirname));

/** One file for each thing that must be refused, under the name of what refuses it. */
const REFUSED: Readonly<Record<string, readonly [file: string, code: string, rule: string]>> = {
  'an arrow from constructs to charts': ['constructs/a.ts', "export { a } from '../charts/index.ts';", 'no-restricted-imports'],
  'an arrow of types only': ['constructs/b.ts', "export type { A } from '../charts/index.ts';", 'no-restricted-imports'],
  'an arrow from stacks to environments': ['stacks/a.ts', "export { a } from '../environments/index.ts';", 'no-restricted-imports'],
  'an arrow of a dynamic import': ['policies/a.ts', "export const a = await import('../charts/index.ts');", 'no-restricted-imports'],
  'an arrow from a nested folder': ['policies/pods/a.ts', "export { a } from '../../charts/index.ts';", 'no-restricted-imports'],
  'a deep import across folders': ['charts/a.ts', "export { a } from '../constructs/agent.ts';", 'no-restricted-imports'],
  'a deep import in the end-to-end tests': ['e2e/a.ts', "export { a } from '../constructs/agent.ts';", 'no-restricted-imports'],
  'files in a pure folder': ['constructs/d.ts', "export { readFileSync } from 'node:fs';", 'no-restricted-imports'],
  'the network in a pure folder': ['charts/b.ts', "export { lookup } from 'node:dns/promises';", 'no-restricted-imports'],
  'the clock in a pure folder': ['charts/c.ts', 'export const now = Date.now();', 'no-restricted-properties'],
  'chance in a pure folder': ['charts/d.ts', 'export const chance = Math.random();', 'no-restricted-properties'],
  'the machine in a pure folder': ['constructs/c.ts', 'export const home = process.env;', 'no-restricted-globals'],
  'a cycle': ['scripts/a.ts', "import { b } from './b.ts';\nexport const a = (): unknown => b;", 'no-cycle'],
  'a floating promise': ['scripts/c.ts', 'async function f(): Promise<void> {}\nf();', 'no-floating-promises'],
  any: ['scripts/d.ts', 'export const a: any = 1;', 'no-explicit-any'],
  'an unused name': ['scripts/e.ts', 'const a = 1;\nexport const b = 2;', 'no-unused-vars'],
  'a default export': ['scripts/f.ts', 'export default 1;', 'no-default-export'],
  'a long file': ['scripts/g.ts', '\n'.repeat(400), 'max-lines'],
  'a long function': ['scripts/h.ts', `export function h(): void {${'\n'.repeat(60)}}`, 'max-lines-per-function'],
  'five parameters': ['scripts/i.ts', 'export const i = (a = 1, b = 1, c = 1, d = 1, e = 1): number => a + b + c + d + e;', 'max-params'],
  'a file name in camel case': ['scripts/fileName.ts', 'export const a = 1;', 'filename-case'],
  'a note to do something later': ['scripts/j.ts', '// TODO later\nexport const a = 1;', 'no-warning-comments'],
  'a skipped test': [
    'scripts/k.test.ts',
    "import { expect, it } from 'vitest';\nit.skip('a', () => { expect(1).toBe(1); });",
    'no-disabled-tests',
  ],
  'a focused test': [
    'scripts/l.test.ts',
    "import { expect, it } from 'vitest';\nit.only('a', () => { expect(1).toBe(1); });",
    'no-focused-tests',
  ],
  'a test without an assertion': ['scripts/m.test.ts', "import { it } from 'vitest';\nit('a', () => {});", 'expect-expect'],
};

const ALLOWED: Readonly<Record<string, string>> = {
  'charts/index.ts': "export type A = string;\nexport const a = 1;\nexport { Agent } from '../constructs/index.ts';\n",
  'constructs/agent.ts': 'export const a = 1;\nexport class Agent {\n  readonly name = 1;\n}\n',
  'constructs/index.ts': "export { Agent } from './agent.ts';\n",
  'environments/index.ts': 'export const a = 1;\n',
  'scripts/b.ts': "import { a } from './a.ts';\nexport const b = (): unknown => a;\n",
  'scripts/list.ts': "export const list = async (): Promise<unknown> => import('../charts/index.ts');\n",
  'stacks/hello.ts': "import { Agent } from '../constructs/index.ts';\nexport default function hello(): void {\n  new Agent();\n}\n",
  'test/builders.ts': 'export const a = 1;\n',
  'constructs/agent.test.ts':
    "import { expect, it } from 'vitest';\nimport { a } from '../test/builders.ts';\nit('is one', () => {\n  expect(a).toBe(1);\n});\n",
};

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

describe('the lint configuration', () => {
  let found: readonly Diagnostic[] = [];
  beforeAll(async () => {
    const bad = Object.fromEntries(Object.values(REFUSED).map(([file, code]) => [file, `${code}\n`]));
    found = await lint({ ...ALLOWED, ...bad });
  }, 60_000);

  it.each(Object.entries(REFUSED))('refuses %s', (_what, [file, , rule]) => {
    expect(rulesIn(found, file)).toContain(rule);
  });

  it.each(Object.keys(ALLOWED).filter((file) => file !== 'scripts/b.ts'))('takes %s', (file) => {
    expect(rulesIn(found, file)).toEqual([]);
  });
});

async function lint(files: Readonly<Record<string, string>>): Promise<readonly Diagnostic[]> {
  const root = aRepository(files);
  for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json']) copyFileSync(join(ROOT, file), join(root, file));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const folders = new Set(Object.keys(files).map((file) => file.split('/')[0] ?? file));
  const { output } = await runCommand(['oxlint', '--type-aware', '-f', 'json', ...folders], { root });
  return (JSON.parse(output) as { diagnostics: Diagnostic[] }).diagnostics;
}

function rulesIn(found: readonly Diagnostic[], file: string): string[] {
  return found.filter(({ filename }) => filename === file).map(({ code }) => /\((.+)\)/.exec(code)?.[1] ?? code);
}
