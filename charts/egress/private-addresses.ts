import { BlockList } from 'node:net';
import { type Environment, SPECIAL_RANGES } from '../../constructs/index.ts';

/** Ranges of addresses by version, as networks write them. */
export interface AddressRanges {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** What no egress intent may end up at: special addresses, and the cluster's API servers where these are public. */
export function forbiddenRanges({ cluster }: Environment): AddressRanges {
  const special = blockList([...SPECIAL_RANGES.ipv4, ...SPECIAL_RANGES.ipv6]);
  const others = cluster.apiServer.cidrs.filter((cidr) => !contains(special, cidr));
  return {
    ipv4: [...SPECIAL_RANGES.ipv4, ...others.filter((cidr) => !isIpv6(cidr))],
    ipv6: [...SPECIAL_RANGES.ipv6, ...others.filter(isIpv6)],
  };
}

/** Special addresses, each range with those of the given ones that it contains as exceptions. */
export function specialRangesExcept(
  ranges: readonly string[],
): { readonly cidr: string; readonly except?: readonly string[] | undefined }[] {
  return [...SPECIAL_RANGES.ipv4, ...SPECIAL_RANGES.ipv6].map((cidr) => {
    const list = blockList([cidr]);
    const except = ranges.filter((range) => contains(list, range));
    return { cidr, except: except.length === 0 ? undefined : except };
  });
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) list.addSubnet(addressOf(range), Number(range.split('/')[1]), versionOf(range));
  return list;
}

/** By its first address: ranges of real networks do not reach over the edge of a special one. */
function contains(list: BlockList, range: string): boolean {
  return list.check(addressOf(range), versionOf(range));
}

function addressOf(range: string): string {
  return range.split('/')[0] ?? '';
}

function versionOf(range: string): 'ipv4' | 'ipv6' {
  return isIpv6(range) ? 'ipv6' : 'ipv4';
}

function isIpv6(range: string): boolean {
  return range.includes(':');
}
