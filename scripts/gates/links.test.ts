import { describe, expect, it } from 'vitest';
import { describeFinding } from './finding.ts';
import { findDeadLinks } from './links.ts';
import { aRepository } from './testing.ts';

describe('findDeadLinks', () => {
  it('is content with links to files, folders and other machines', () => {
    const text = '[a](../README.md#house) [b](errors/) [c](https://kubernetes.io) [d](#here)\n';
    expect(findDeadLinks(aRepository({ 'README.md': '', 'docs/a.md': text, 'docs/errors/x.md': '' }))).toEqual([]);
  });

  it('finds a link to a file that is not there', () => {
    const found = findDeadLinks(aRepository({ 'docs/a.md': 'One.\n\nSee [the guide](guide.md).\n' }));
    expect(found.map(describeFinding)).toEqual(['docs/a.md:3: the link leads to guide.md, which does not exist']);
  });

  it('does not look into code', () => {
    expect(findDeadLinks(aRepository({ 'docs/a.md': '```text\n[a](b.md)\n```\n' }))).toEqual([]);
  });
});
