import { expect, it } from 'vitest';
import { workersFor } from './pools.ts';

it.each([
  [0, 1],
  [1, 1],
  [2, 1],
  [3, 2],
  [5, 3],
  [6, 3],
  [1000, 3],
])('wants for %d unfinished tasks %d workers', (unfinished, workers) => {
  expect(workersFor(unfinished, { min: 1, max: 3, tasksPerWorker: 2 })).toBe(workers);
});

it('wants none where none are needed', () => {
  expect(workersFor(0, { min: 0, max: 3, tasksPerWorker: 2 })).toBe(0);
});
