import { describe, expect, it } from 'vitest';
import { Egress } from '../../constructs/index.ts';
import { hostPattern } from './host-pattern.ts';

const reason = 'the task needs it';

describe('the pattern of a host', () => {
  it.each([
    ['exact', ['a.test'], ['xa.test', 'b.a.test', 'a-test']],
    ['one', ['b.a.test'], ['a.test', 'c.b.a.test']],
    ['any', ['b.a.test', 'c.b.a.test'], ['a.test', '.a.test', 'xa.test']],
  ] as const)('of depth %s is no wider than that', (depth, reached, others) => {
    const pattern = new RegExp(`^${hostPattern(Egress.host('a.test', { depth, reason }))}$`);
    expect(reached.filter((name) => !pattern.test(name))).toEqual([]);
    expect(others.filter((name) => pattern.test(name))).toEqual([]);
  });

  it('is none of a depth that nobody knows', () => {
    const intent = Object.create(Egress.host('a.test', { reason }), { depth: { value: 'Exact' } }) as Egress;
    expect(() => hostPattern(intent)).toThrow("an intent reaches 'exact', 'one' or 'any', never Exact");
  });
});
