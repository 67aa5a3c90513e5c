import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Terminal } from './terminal.ts';

let written = '';

beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('Terminal', () => {
  it('says who says what, and lets nobody steer it', () => {
    const terminal = new Terminal();
    terminal.say('a/b', 'one');
    terminal.say('org/agent-with-a-name', '\u001B[2Jtwo\u202E');
    terminal.say('a/b', 'three', (text) => `<${text}>`);
    expect(written).toBe('a/b        | one\norg/agent-with-a-name | \\u{1b}[2Jtwo\\u{202e}\na/b                   | <three>\n');
  });

  it('counts what is more than people read, also when nothing follows it', () => {
    vi.useFakeTimers();
    const terminal = new Terminal();
    for (let i = 0; i < 250; i += 1) terminal.say('a/b', `line ${i}`);
    vi.advanceTimersByTime(1000);
    const lines = written.trimEnd().split('\n');
    expect(lines).toHaveLength(201);
    expect(lines.slice(199)).toEqual(['a/b        | line 199', 'a/b        | … 50 more lines were left out']);
    terminal.say('a/b', 'after');
    expect(written).toMatch(/\| after\n$/);
  });
});
