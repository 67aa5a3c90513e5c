import { describe, expect, it } from 'vitest';
import { describeFinding } from './finding.ts';
import { findBannedText } from './plain-text.ts';
import { aRepository } from './testing.ts';

describe('findBannedText', () => {
  it('is content with narrowing and with suppressions that give a reason', () => {
    const code = 'const a = b as string;\n// oxlint-disable-next-line no-console -- the report goes there\nconsole.log(a);\n';
    expect(findBannedText(aRepository({ 'charts/a.ts': code }))).toEqual([]);
  });

  it('finds a double assertion', () => {
    expect(findingsIn('const a = 1;\nconst b = a as unknown as string;\n')).toEqual([
      'charts/a.ts:2: a double assertion turns the type checker off: narrow the value, or give it its type where it is made',
    ]);
  });

  it.each(['// oxlint-disable-next-line no-console', '/* eslint-disable */', '// oxlint-disable-line no-console --'])(
    'finds %j',
    (comment) => {
      expect(findingsIn(`${comment}\n`)).toEqual([
        "charts/a.ts:1: a suppression gives its reason: '// oxlint-disable-next-line rule -- why'",
      ]);
    },
  );

  it('leaves generated files alone', () => {
    expect(findBannedText(aRepository({ 'policies/schema/generated/a.ts': 'a as unknown as b;\n' }))).toEqual([]);
  });
});

function findingsIn(code: string): string[] {
  return findBannedText(aRepository({ 'charts/a.ts': code })).map(describeFinding);
}
