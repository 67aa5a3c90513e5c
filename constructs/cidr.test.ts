import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsCidr, parseCidr } from './cidr.ts';

const ADDRESSES = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.stringMatching(/^[0-9a-f:.]{1,24}$/),
  fc.constantFrom('::', '::1', '1::', 'fe80::1%eth0'),
);

describe('parseCidr', () => {
  it('takes for an address what Node.js does', () => {
    fc.assert(
      fc.property(ADDRESSES, (address) => {
        const bits = isIP(address) === 0 || address.includes('%') ? undefined : isIP(address) === 6 ? 128 : 32;
        expect(parseCidr(`${address}/9`)?.bits).toBe(bits);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['', '10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '::/129', '10.0.0.0/08', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/8 ', '/8'])(
    'takes no block from %j',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );
});

describe('containsCidr', () => {
  it('finds in a block what Node.js finds in it', () => {
    const pair = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat({ max: 32 }), fc.ipV4(), fc.constant('ipv4' as const)),
      fc.tuple(fc.ipV6(), fc.nat({ max: 128 }), fc.ipV6(), fc.constant('ipv6' as const)),
    );
    fc.assert(
      fc.property(pair, fc.boolean(), ([outer, length, other, version], same) => {
        const inner = same ? outer : other;
        const list = new BlockList();
        list.addSubnet(outer, length, version);
        const [block, one] = [parseCidr(`${outer}/${length}`), parseCidr(`${inner}/${version === 'ipv4' ? 32 : 128}`)];
        expect(block && one && containsCidr(block, one)).toBe(list.check(inner, version));
      }),
      { numRuns: 500 },
    );
  });

  it('holds no larger block and none of another version', () => {
    const [small, large, other] = ['10.0.0.0/16', '10.0.0.0/8', '::/0'].map((text) => parseCidr(text));
    if (!small || !large || !other) throw new Error('not blocks');
    expect([containsCidr(large, small), containsCidr(small, large), containsCidr(other, small)]).toEqual([true, false, false]);
  });
});
