import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { type DataFormat, printData } from '../print.ts';
import { age, money, plain, replyTo } from './show.ts';

describe('what people are shown', () => {
  it.each([
    ['2026-01-01T00:00:00Z', '0 s ago'],
    ['2026-01-01T00:00:05Z', '0 s ago'],
    ['2025-12-31T23:59:01Z', '59 s ago'],
    ['2025-12-31T23:58:59Z', '1 min ago'],
    ['2025-12-31T22:59:00Z', '1 h ago'],
    ['2025-12-30T00:00:01Z', '47 h ago'],
    ['2025-12-30T00:00:00Z', '2 days ago'],
  ])('is the age of %s', (time, text) => {
    expect(age(time, Date.parse('2026-01-01T00:00:00Z'))).toBe(text);
  });

  it.each([
    [0, '0.00 USD'],
    [1, '0.000001 USD'],
    [9999, '0.009999 USD'],
    [10_000, '0.01 USD'],
    [1_500_000, '1.50 USD'],
  ])('is %d millionths as an amount', (micros, text) => {
    expect(money(micros)).toBe(text);
  });

  it.each([
    ['question', ['yes'], 'answer 00010203 yes'],
    ['question', undefined, 'answer 00010203 "…"'],
    ['question', ['$(touch /tmp/x)'], "answer 00010203 '$(touch /tmp/x)'"],
    ['question', ['--server=http://evil.example'], 'answer 00010203 -- --server=http://evil.example'],
    ['approval', undefined, 'approve 00010203'],
  ] as const)('is how a %s with the options %j is answered', (kind, options, reply) => {
    expect(replyTo({ id: '00010203-0405-4000-8000-000000000000', kind, ...(options && { options: [...options] }) })).toBe(reply);
  });

  it('is one line, whatever it holds', () => {
    expect(plain(' a\n\tb\u001B[2J\u202Ec ')).toBe('a b\\u{1b}[2J\\u{202e}c');
  });

  it.each<DataFormat>(['json', 'yaml'])('is as %s what it was, without what steers a terminal', (format) => {
    const written: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => write.mockRestore());
    const data = {
      title: 'a\u009B2Jb\u202Ec \u{E0001} é',
      'key\u202E': `${'long '.repeat(40)}\u009B`,
      lines: 'a\nb\u007F',
      plain: 'as it is',
    };
    printData(data, format);
    const text = written.join('');
    expect(text).not.toMatch(/[^\P{C}\n]/u);
    expect(text).toContain(String.raw`a\u009b2Jb\u202ec`);
    expect(format === 'json' ? JSON.parse(text) : parse(text)).toEqual(data);
  });
});
