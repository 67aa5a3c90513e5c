import { describe, expect, it } from 'vitest';
import { findMissingPages, readErrorCodes, readProblemCodes } from './error-pages.ts';
import { describeFinding } from './finding.ts';
import { readRuleIds } from './rule-ids.ts';
import { aRepository } from './testing.ts';

describe('readErrorCodes', () => {
  it('finds the members of the union', () => {
    const code = "export interface A {}\n/** Codes. */\nexport type ErrorCode =\n  | 'FW_A'\n  /** Why. */\n  | 'FW_B';\n";
    expect(readErrorCodes(aRepository({ 'constructs/errors.ts': code }))).toEqual(['FW_A', 'FW_B']);
  });

  it('finds a single member', () => {
    expect(readErrorCodes(aRepository({ 'constructs/errors.ts': "export type ErrorCode = 'FW_A';\n" }))).toEqual(['FW_A']);
  });

  it('does not pass when the type has gone', () => {
    const read = () => readErrorCodes(aRepository({ 'constructs/errors.ts': 'export interface A {}\n' }));
    expect(read).toThrow('constructs/errors.ts exports no type ErrorCode');
  });
});

describe('readProblemCodes', () => {
  const FILE = 'controller/contract/wire/problem.ts';

  it('finds the names of the object', () => {
    const code =
      'export const OTHER = { A: 1 };\n/** Codes. */\nexport const PROBLEM_STATUS = {\n  FW_A: 400,\n  FW_B: 500,\n} as const;\n';
    expect(readProblemCodes(aRepository({ [FILE]: code }))).toEqual(['FW_A', 'FW_B']);
  });

  it('does not pass when the object has gone', () => {
    const read = () => readProblemCodes(aRepository({ [FILE]: 'export const OTHER = 1;\n' }));
    expect(read).toThrow(`${FILE} exports no object PROBLEM_STATUS`);
  });
});

describe('readRuleIds', () => {
  it('finds the ids of exported lists of rules', async () => {
    const code = "export const rules = [{ id: 'pod-user', title: 'a' }, { id: 'names', title: 'b' }];\nexport const other = ['x'];\n";
    expect(await readRuleIds(aRepository({ 'policies/index.ts': code, 'package.json': '{"type":"module"}' }))).toEqual([
      'pod-user',
      'names',
    ]);
  });

  it('does not pass when there is no list', async () => {
    const root = aRepository({ 'policies/index.ts': 'export const rules = [];\n', 'package.json': '{"type":"module"}' });
    await expect(readRuleIds(root)).rejects.toThrow('policies/index.ts exports no list of rules');
  });
});

describe('findMissingPages', () => {
  it('is content when every code has its page', () => {
    const root = aRepository({ 'docs/errors/FW_A.md': '', 'docs/errors/README.md': '' });
    expect(findMissingPages(root, ['FW_A'])).toEqual([]);
  });

  it('finds codes without a page and pages without a code', () => {
    const found = findMissingPages(aRepository({ 'docs/errors/FW_OLD.md': '' }), ['FW_NEW']);
    expect(found.map(describeFinding)).toEqual([
      'docs/errors/FW_NEW.md: this page is missing: every error code and rule id has one',
      'docs/errors/FW_OLD.md: no error code and no rule has this name: remove the page, or name it after one',
    ]);
  });

  it('finds everything missing where there is no folder', () => {
    expect(findMissingPages(aRepository(), ['FW_A', 'FW_B'])).toHaveLength(2);
  });
});
