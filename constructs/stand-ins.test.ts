import { describe, expect, it } from 'vitest';
import { anyOf, GappedText, StandIns } from './index.ts';

describe('GappedText', () => {
  it('takes other words, again and again', () => {
    const text = new GappedText('a (x) and (y), not x', /(?<=\()[xy](?=\))/g, ['x', 'y']);
    expect(text.size).toBe(2);
    expect(text.complete(['1', '2'])).toBe('a (1) and (2), not x');
    expect(text.complete(['x', '(x)'])).toBe('a (x) and ((x)), not x');
  });

  it('may have no gap', () => {
    const text = new GappedText('as it is', /none/g, ['none']);
    expect(text.size).toBe(0);
    expect(text.complete(['some'])).toBe('as it is');
  });
});

describe('StandIns', () => {
  const standIns = new StandIns(['stand.in', 'other+one']);

  it('are replaced wherever they are', () => {
    expect(standIns.replace('stand.in', ['$&', 'b'])).toBe('$&');
    expect(standIns.replace('<stand.in|other+one|stand.in>', ['a', 'b'])).toBe('<a|b|a>');
    expect(standIns.replace('<stand.in|other+one|stand.in>', ['c', 'stand.in'])).toBe('<c|stand.in|c>');
  });

  it('leave other texts alone', () => {
    expect(standIns.replace('standXin otherone', ['a', 'b'])).toBe('standXin otherone');
    expect(standIns.areIn('standXin otherone')).toBe(false);
    expect(standIns.areIn('an other+one too')).toBe(true);
  });
});

describe('anyOf', () => {
  it('prefers the longest word', () => {
    expect('ab-abc-a'.match(new RegExp(anyOf(['a', 'ab', 'abc']), 'g'))).toEqual(['ab', 'abc', 'a']);
  });
});
