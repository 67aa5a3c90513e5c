import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../constructs/index.ts';
import { PROBLEM_STATUS } from '../controller/contract/wire/index.ts';
import { RULES } from '../policies/index.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'errors');

/** The compiler asks for each code; the test for a page. */
const CODES = Object.keys({
  ...PROBLEM_STATUS,
  FW_CONTROLLER_AWAY: true,
  FW_ENGINE_REFUSED: true,
  FW_ENVIRONMENT_INVALID: true,
  FW_ENVIRONMENT_UNKNOWN: true,
  FW_IMPORT_INVALID: true,
  FW_INVALID_PROPS: true,
  FW_INVALID_VALUE: true,
  FW_ORG_UNKNOWN: true,
  FW_OUTPUT_FAILED: true,
  FW_OUTPUT_LOCKED: true,
  FW_OUTPUT_UNSAFE: true,
  FW_POLICY_DENIED: true,
  FW_PULUMI_INVALID: true,
  FW_STACK_INVALID: true,
  FW_TOOLS_INVALID: true,
  FW_TOOLS_LOCK_INVALID: true,
  FW_TOOLS_LOCK_STALE: true,
  FW_TOOLS_UNRESOLVED: true,
  FW_UP_FAILED: true,
  FW_USAGE: true,
} satisfies Record<ErrorCode, true> & typeof PROBLEM_STATUS);

function readPage(name: string): string {
  return readFileSync(join(FOLDER, `${name}.md`), 'utf8');
}

describe('docs/errors', () => {
  it('has a page for each code and each rule, and no other', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...CODES, ...RULES.map(({ id }) => id), 'README'].map((name) => `${name}.md`).sort());
  });

  it.each(RULES)('says of $id what the rule says', ({ id, title, bad }) => {
    const page = readPage(id);
    expect(page.startsWith(`# ${id}\n\n${title}.\n\n\`\`\`text\n`)).toBe(true);
    for (const sentence of bad.says.slice(0, 3)) expect(page).toContain(`\n${sentence}\n`);
  });

  it.each([...CODES, ...RULES.map(({ id }) => id)])('keeps %s short, and says why and how to fix it', (name) => {
    const page = readPage(name);
    expect(page.split('\n').length).toBeLessThanOrEqual(41);
    expect(page).toMatch(/\n\*\*Why:\*\* [\s\S]+\n\*\*How to fix it:\*\* /);
  });

  it('lists all of them', () => {
    const overview = readPage('README');
    for (const name of [...CODES, ...RULES.map(({ id }) => id)]) expect(overview).toContain(`[${name}](${name}.md)`);
  });
});
