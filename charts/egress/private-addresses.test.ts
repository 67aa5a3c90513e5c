import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { anEnvironment } from '../../test/builders.ts';
import { forbiddenRanges, specialRangesExcept } from './private-addresses.ts';

const withApiServers = (...cidrs: string[]) => forbiddenRanges(anEnvironment({ cluster: { apiServer: { cidrs, port: 6443 } } }));

function listOf({ ipv4, ipv6 }: ReturnType<typeof forbiddenRanges>): BlockList {
  const list = new BlockList();
  for (const range of ipv4) list.addSubnet(range.split('/')[0] ?? '', Number(range.split('/')[1]), 'ipv4');
  for (const range of ipv6) list.addSubnet(range.split('/')[0] ?? '', Number(range.split('/')[1]), 'ipv6');
  return list;
}

describe('the forbidden addresses', () => {
  const list = listOf(withApiServers('10.0.0.10/32'));

  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
  ])('hold %s', (address) => {
    expect(list.check(address, 'ipv4')).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '192.167.255.255', '100.128.0.1', '203.0.113.10'])('do not hold %s', (address) => {
    expect(list.check(address, 'ipv4')).toBe(false);
  });

  it.each(['::1', '::', '::10.0.0.5', 'fd00::5', 'fe80::1', 'ff02::1', '64:ff9b::a00:5', '2002:a00:5::1'])('hold %s', (address) => {
    expect(list.check(address, 'ipv6')).toBe(true);
  });

  it.each(['2001:db8::10', '2606:4700::1111'])('do not hold %s', (address) => {
    expect(list.check(address, 'ipv6')).toBe(false);
  });

  it('hold public API servers too, and name private ones only once', () => {
    const { ipv4, ipv6 } = withApiServers('10.0.0.10/32', '198.51.100.7/32', '2001:db8:1::/64');
    expect(ipv4.filter((range) => /^(10\.|198\.51)/.test(range))).toEqual(['10.0.0.0/8', '198.51.100.7/32']);
    expect(ipv6.at(-1)).toBe('2001:db8:1::/64');
  });

  it('are listed with the exceptions that each contains', () => {
    const ranges = specialRangesExcept(['10.0.0.10/32', '172.20.0.1/32', '198.51.100.7/32']);
    expect(ranges.filter(({ except }) => except !== undefined)).toEqual([
      { cidr: '10.0.0.0/8', except: ['10.0.0.10/32'] },
      { cidr: '172.16.0.0/12', except: ['172.20.0.1/32'] },
    ]);
  });
});
