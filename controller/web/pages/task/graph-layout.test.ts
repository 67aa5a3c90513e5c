import { describe, expect, it } from 'vitest';
import type { TaskGraph, TaskSummary } from '../../../contract/wire/index.ts';
import { layOut } from './graph-layout.ts';

function aGraph(tasks: Readonly<Record<string, string | null>>, needs: readonly (readonly [string, string])[]): TaskGraph {
  const base = {
    org: 'acme',
    agent: 'coder',
    state: 'queued',
    priority: 0,
    attempt: 0,
    failures: 0,
    attempts: 3,
    budget: 0,
    cost: 0,
  } as const;
  const all = Object.entries(tasks).map(([id, parent]): TaskSummary => ({
    ...base,
    id,
    title: id,
    createdAt: '2026-11-21T15:04:05Z',
    ...(parent === null ? {} : { parent }),
  }));
  return { tasks: all, needs: needs.map(([task, needed]) => ({ task, needed, settled: false })), more: false };
}

describe('the drawing of a graph', () => {
  it('puts what is needed, and parents, to the left', () => {
    const { places, columns, rows } = layOut(
      aGraph({ d: null, a: null, b: null, c: null, sub: 'd' }, [
        ['b', 'a'],
        ['c', 'a'],
        ['d', 'b'],
        ['d', 'c'],
      ]),
    );
    const columnOf = Object.fromEntries(places.map(({ id, column }) => [id, column]));
    expect(columnOf).toEqual({ a: 0, b: 1, c: 1, d: 2, sub: 3 });
    expect([columns, rows]).toEqual([4, 2]);
  });

  it('does so whatever order they come in', () => {
    const { places } = layOut(
      aGraph({ d: null, c: null, b: null, a: null }, [
        ['d', 'c'],
        ['c', 'b'],
        ['b', 'a'],
      ]),
    );
    expect(Object.fromEntries(places.map(({ id, column }) => [id, column]))).toEqual({ a: 0, b: 1, c: 2, d: 3 });
  });

  it('gives each task a place of its own', () => {
    const { places } = layOut(aGraph(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`t${i}`, i === 0 ? null : 't0'])), []));
    expect(new Set(places.map(({ column, row }) => `${column} ${row}`)).size).toBe(50);
  });

  it('draws no line to what is not there, and ends where needs go round', () => {
    expect(layOut(aGraph({ a: 'gone' }, [])).lines).toEqual([]);
    expect(
      layOut(
        aGraph({ a: null, b: null }, [
          ['a', 'b'],
          ['b', 'a'],
        ]),
      ).places,
    ).toHaveLength(2);
  });
});
