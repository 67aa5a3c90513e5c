import { BlockList, isIP } from 'node:net';

/** A block of addresses that is compared with others. */
export interface Block {
  readonly cidr: string;
  readonly address: string;
  readonly length: number;
  readonly isIpv6: boolean;
  readonly members: BlockList;
}

/**
 * Addresses that are not on the public internet: private networks, loopback, link-local (with it the metadata services of
 * clouds), multicast, and IPv6 ranges that only wrap IPv4 addresses.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export const SPECIAL_BLOCKS: readonly Block[] = [
  ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ['192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
  ['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
].flatMap((cidrs) => readBlocks(cidrs));

/** The blocks of a list; without what is none, of which rule `schema` speaks. */
export function readBlocks(cidrs: unknown): Block[] {
  return Array.isArray(cidrs) ? cidrs.flatMap((cidr) => readBlock(cidr) ?? []) : [];
}

/** A block as text says it; `undefined` if it says none. */
export function readBlock(cidr: unknown): Block | undefined {
  if (typeof cidr !== 'string') return undefined;
  const [address = '', digits = ''] = cidr.split('/');
  const version = isIP(address);
  const length = Number(digits);
  if (version === 0 || !/^\d{1,3}$/.test(digits) || length > (version === 6 ? 128 : 32)) return undefined;
  const members = new BlockList();
  members.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
  return { address, cidr, isIpv6: version === 6, length, members };
}

/** Whether all addresses of a block are among those of another. */
export function containsBlock(outer: Block, inner: Block): boolean {
  const { address, isIpv6, length } = inner;
  return outer.isIpv6 === isIpv6 && outer.length <= length && outer.members.check(address, isIpv6 ? 'ipv6' : 'ipv4');
}

/** The addresses that two blocks share: those of the smaller one, or none. */
export function sharedBlock(a: Block, b: Block): Block | undefined {
  if (containsBlock(a, b)) return b;
  return containsBlock(b, a) ? a : undefined;
}
