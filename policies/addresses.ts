import { BlockList, isIP } from 'node:net';
import { SPECIAL_RANGES } from '../constructs/index.ts';

/** A block of addresses that is compared with others. */
export interface Block {
  readonly cidr: string;
  readonly address: string;
  readonly length: number;
  readonly isIpv6: boolean;
  readonly members: BlockList;
}

/** Addresses that are not on the public internet. */
export const SPECIAL_BLOCKS: readonly Block[] = readBlocks([...SPECIAL_RANGES.ipv4, ...SPECIAL_RANGES.ipv6]);

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
