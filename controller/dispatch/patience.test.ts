import { afterEach, describe, expect, it, vi } from 'vitest';
import { Patience } from './patience.ts';

afterEach(() => vi.restoreAllMocks());

/** Until it is stopped. */
function forEver(): never {
  for (;;);
}

describe('Patience', () => {
  it('lets everything else go on between any two thoughts', async () => {
    const patience = new Patience();
    const order: string[] = [];
    const all = Promise.all(['one', 'two', 'three'].map(async (name) => patience.think(name, () => order.push(name))));
    const tick = (): unknown => (order.length < 6 ? setImmediate(() => (order.push('else'), tick())) : undefined);
    tick();
    await all;
    expect(order.filter((each, at) => each !== 'else' && order[at - 1] !== 'else' && at > 0)).toEqual([]);
  });

  it('ends with who takes too long three times in a minute, for a minute, and with nobody else', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const patience = new Patience();
    const late = await Promise.allSettled(Array.from({ length: 20 }, async () => patience.think('a', forEver)));
    const reasons = late.map((each) => (each.status === 'rejected' && each.reason instanceof Error ? each.reason.message : ''));
    expect(reasons.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'It took longer than 100 ms'));
    expect(new Set(reasons.slice(3))).toEqual(new Set(['It took too long 3 times in a minute, and rests for a minute']));
    clock.mockReturnValue(59_000);
    await expect(patience.think('a', () => 1)).rejects.toThrow('rests for a minute');
    await expect(patience.think('b', () => 1)).resolves.toBe(1);
    clock.mockReturnValue(60_000);
    await expect(patience.think('a', () => 1)).resolves.toBe(1);
    // The others were a minute ago.
    await expect(patience.think('a', forEver)).rejects.toThrow('It took longer than 100 ms');
    await expect(patience.think('a', () => 1)).resolves.toBe(1);
  });

  it('bears what takes too long now and then, and what is wrong otherwise', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const patience = new Patience();
    for (const at of [0, 31_000, 62_000, 93_000]) {
      clock.mockReturnValue(at);
      await expect(patience.think('a', forEver)).rejects.toThrow('It took longer than 100 ms');
    }
    const wrong = () => {
      throw new Error('No such key');
    };
    for (let i = 0; i < 5; i += 1) await expect(patience.think('b', wrong)).rejects.toThrow('No such key');
  });
});
