import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../contract/wire/index.ts';
import { LogRows } from './log-rows.ts';

function rowsOf(...pieces: (string | Partial<LogEntry>)[]): LogRows {
  const rows = new LogRows();
  pieces.forEach((piece, seq) => {
    const entry = typeof piece === 'string' ? { text: piece } : piece;
    rows.add({ id: `1-${seq}`, seq, stream: 'stdout', text: '', attempt: 1, at: '2026-11-21T15:04:05Z', late: false, ...entry });
  });
  return rows;
}

function textsOf(rows: LogRows): string[] {
  return Array.from({ length: rows.count }, (_, i) => rows.at(i)?.text ?? '');
}

describe('LogRows', () => {
  it('joins pieces that end within a line', () => {
    expect(textsOf(rowsOf('one\ntw', 'o\n', '\nthree'))).toEqual(['one', 'two', '', 'three']);
  });

  it('keeps the lines of each stream together', () => {
    const rows = rowsOf('out ', { stream: 'stderr', text: 'err ' }, 'put\n', { stream: 'stderr', text: 'or\n' });
    expect(textsOf(rows)).toEqual(['out put', 'err or']);
    expect(rows.at(1)).toMatchObject({ kind: 'stderr', late: false });
  });

  it('begins anew with each attempt, and says so', () => {
    expect(textsOf(rowsOf('half', { attempt: 2, text: 'whole\n' }))).toEqual(['half', 'Attempt 2', 'whole']);
  });

  it('ends lines as Windows does, too', () => {
    expect(textsOf(rowsOf('one\r\ntwo\rthree\n'))).toEqual(['one', 'two\rthree']);
  });

  it('cuts long lines, and no character in two', () => {
    const line = `${'a'.repeat(399)}😀${'b'.repeat(1000)}`;
    const texts = textsOf(rowsOf(line.slice(0, 700), line.slice(700), '!\nnext'));
    expect(texts[0]).toBe('a'.repeat(399));
    expect(texts.slice(0, -1).join('')).toBe(`${line}!`);
    expect(texts.at(-1)).toBe('next');
  });

  it('lets the oldest rows go, and says how many', () => {
    const rows = rowsOf('x\n'.repeat(50_001), 'last');
    expect(rows.count).toBeLessThanOrEqual(50_000);
    expect(rows.at(0)).toEqual({ kind: 'note', text: '10000 older rows are left out here; the API has them all, at /log of the task' });
    expect(rows.at(rows.count - 1)?.text).toBe('last');
  });
});
