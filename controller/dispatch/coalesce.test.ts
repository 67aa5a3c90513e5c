import { expect, it } from 'vitest';
import { coalesce } from './coalesce.ts';

it('answers each call by its position, in few batches', async () => {
  const sizes: number[] = [];
  const double = coalesce(
    async (batch: number[]) => {
      sizes.push(batch.length);
      return batch.map((n) => 2 * n);
    },
    { max: 40 },
  );
  expect(await Promise.all(Array.from({ length: 100 }, async (_, i) => double(i)))).toEqual(Array.from({ length: 100 }, (_, i) => 2 * i));
  expect(sizes).toEqual([40, 40, 20]);
});

it('keeps apart what must not meet, in order', async () => {
  const batches: string[][] = [];
  const call = coalesce(
    async (batch: string[]) => {
      batches.push(batch);
      return batch;
    },
    { apart: (text) => text[0] },
  );
  await Promise.all(['a1', 'b1', 'a2', 'c1', 'a3'].map(call));
  expect(batches).toEqual([['a1', 'b1', 'c1'], ['a2'], ['a3']]);
});

it('lets only the bad item fail, and everybody when the database is gone', async () => {
  let code = '22P02';
  const call = coalesce(async (batch: number[]) => {
    if (batch.includes(3)) throw Object.assign(new Error('No'), { code });
    return batch;
  });
  const outcomes = async () => (await Promise.allSettled([1, 2, 3].map(call))).map(({ status }) => status);
  expect(await outcomes()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  code = '57P01';
  expect(await outcomes()).toEqual(['rejected', 'rejected', 'rejected']);
});
