import { describe, expect, it } from 'vitest';
import { Compiler } from './compiled-node.ts';
import { findProblems } from './find-problems.ts';
import { isValid } from './is-valid.ts';
import type { SchemaNode } from './schema-node.ts';

/** Judges a value by the last of some nodes, and asserts that the explanation agrees. */
function judge(value: unknown, ...nodes: SchemaNode[]): boolean {
  const node = new Compiler({ sources: [], kinds: {}, nodes }).node(nodes.length - 1);
  const valid = isValid(value, node);
  expect(findProblems(value, node).length === 0).toBe(valid);
  return valid;
}

const text: SchemaNode = { type: 'string' };

describe('isValid', () => {
  it.each<[string, SchemaNode, readonly unknown[], readonly unknown[]]>([
    ['any JSON', { type: 'any' }, ['', 0, false, [], {}, [null]], [null]],
    ['booleans', { type: 'boolean' }, [true, false], ['true', 0, null, {}]],
    ['text', text, ['', 'a'], [0, true, null, [], {}]],
    ['words', { type: 'string', enum: ['a', 'b'] }, ['a', 'b'], ['', 'A', 0, null]],
    ['words that fit more than one facet', { type: 'string', enum: ['a', 'bb'], maxLength: 1 }, ['a'], ['bb', 'c']],
    ['characters, not UTF-16 units', { type: 'string', maxLength: 2 }, ['ab', '😀😀'], ['abc', '😀😀😀', 'a'.repeat(9)]],
    ['at least two characters', { type: 'string', minLength: 2 }, ['ab', '😀😀'], ['', 'a', '😀']],
    ['patterns', { type: 'string', pattern: '^a.c$' }, ['abc', 'a😀c'], ['', 'abbc', 5]],
    ['formats', { type: 'string', format: 'byte' }, ['', 'YQ=='], ['YQ=', '?', 5]],
    ['integers', { type: 'integer' }, [0, -1, 2 ** 53 - 1, 1 - 2 ** 53], [1.5, 2 ** 53, -(2 ** 53), NaN, Infinity, '1', null]],
    ['integers in a range', { type: 'integer', minimum: 1, maximum: 3 }, [1, 3], [0, 4, 2.5]],
    ['numbers', { type: 'number' }, [0, 1.5, 1e300], [NaN, -Infinity, '1', null]],
    ['numbers in a range', { type: 'number', minimum: 0.5, maximum: 1 }, [0.5, 1], [0.4, 1.1]],
    ['ports', { type: 'intOrString', minimum: 1, maximum: 9, pattern: '^[a-z]+$' }, [1, 9, 'http'], [0, 10, 1.5, '', '80', true, null]],
    ['amounts', { type: 'quantity' }, ['1Gi', '-1', 1.5, 0], ['1GB', '', true, null, NaN]],
    ['amounts of at least zero', { type: 'quantity', minimum: 0 }, ['1Gi', 0], ['-1', -1]],
  ])('knows %s', (_, node, good, bad) => {
    expect(good.filter((value) => !judge(value, node))).toEqual([]);
    expect(bad.filter((value) => judge(value, node))).toEqual([]);
  });

  it('knows lists, their length and their items', () => {
    const list: SchemaNode = { type: 'array', items: 0, minItems: 1, maxItems: 2 };
    for (const good of [['a'], ['a', 'a']]) expect(judge(good, text, list)).toBe(true);
    for (const bad of [[], ['a', 'b', 'c'], [1], [null], [undefined], { 0: 'a' }, 'a', null]) expect(judge(bad, text, list)).toBe(false);
  });

  it('knows lists whose items differ, short and long ones', () => {
    const set: SchemaNode = { type: 'array', items: 0, unique: {} };
    const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
    expect(judge(letters, text, set)).toBe(true);
    expect(judge([...letters, 'c'], text, set)).toBe(false);
    expect(judge(['a', 'b', 'a'], text, set)).toBe(false);
  });

  it('knows what tells the items of a list apart, and what an absent key stands for', () => {
    const item: SchemaNode = { type: 'object', properties: { name: 0, kind: 0 } };
    const byName: SchemaNode = { type: 'array', items: 1, unique: { name: null } };
    const byBoth: SchemaNode = { type: 'array', items: 1, unique: { name: null, kind: 'x' } };
    expect(
      judge(
        [
          { name: 'a', kind: 'x' },
          { name: 'a', kind: 'y' },
        ],
        text,
        item,
        byName,
      ),
    ).toBe(false);
    expect(
      judge(
        [
          { name: 'a', kind: 'x' },
          { name: 'a', kind: 'y' },
        ],
        text,
        item,
        byBoth,
      ),
    ).toBe(true);
    expect(judge([{ name: 'a' }, { name: 'a', kind: 'x' }], text, item, byBoth)).toBe(false);
    const many = Array.from({ length: 40 }, (_, index) => ({ name: `n${index}` }));
    expect(judge(many, text, item, byName)).toBe(true);
    expect(judge([...many, { name: 'n7' }], text, item, byName)).toBe(false);
  });

  it('knows maps, their size, keys and values', () => {
    const map: SchemaNode = { type: 'map', values: 0, keys: '^[a-z]$', minProperties: 1, maxProperties: 2 };
    for (const good of [{ a: '' }, { a: '', b: '' }, { a: '', B: undefined }]) expect(judge(good, text, map)).toBe(true);
    for (const bad of [{}, { a: undefined }, { a: 1 }, { a: null }, { A: '' }, { a: '', b: '', c: '' }, ['a'], 'a', null]) {
      expect(judge(bad, text, map)).toBe(false);
    }
  });

  it('knows objects, their fields and which are required', () => {
    const object: SchemaNode = { type: 'object', properties: { a: 0, b: 0 }, required: ['a'] };
    for (const good of [{ a: '' }, { a: '', b: '' }, { a: '', c: undefined }]) expect(judge(good, text, object)).toBe(true);
    for (const bad of [{}, { b: '' }, { a: undefined }, { a: null }, { a: 1 }, { a: '', c: '' }, ['a'], 'a', null]) {
      expect(judge(bad, text, object)).toBe(false);
    }
  });

  it('lets unknown fields of an open object pass, and judges the known ones', () => {
    const open: SchemaNode = { type: 'object', properties: { a: 0 }, open: true };
    expect(judge({ a: '', other: null }, text, open)).toBe(true);
    expect(judge({ a: 1, other: null }, text, open)).toBe(false);
  });

  it('counts the keys of two groups and the required ones apart', () => {
    const object: SchemaNode = {
      type: 'object',
      properties: { a: 0, b: 0, c: 0, d: 0 },
      required: ['a'],
      groups: [
        { keys: ['a', 'b'], min: 1, max: 1 },
        { keys: ['b', 'c', 'd'], min: 1, max: 2 },
      ],
    };
    for (const good of [
      { a: '', c: '' },
      { a: '', c: '', d: '' },
    ])
      expect(judge(good, text, object)).toBe(true);
    for (const bad of [{ a: '' }, { a: '', b: '' }, { b: '', c: '' }, { c: '', d: '' }]) expect(judge(bad, text, object)).toBe(false);
  });
});
