import { type Cidr, containsCidr, parseCidr, SPECIAL_RANGES } from '../constructs/index.ts';

/** Addresses that are not on the public internet. */
export const SPECIAL_BLOCKS: readonly Cidr[] = readBlocks([...SPECIAL_RANGES.ipv4, ...SPECIAL_RANGES.ipv6]);

/** The blocks of a list; without what is none, of which rule `schema` speaks. */
export function readBlocks(cidrs: unknown): Cidr[] {
  return Array.isArray(cidrs) ? cidrs.flatMap((cidr) => (typeof cidr === 'string' ? (parseCidr(cidr) ?? []) : [])) : [];
}

/** The addresses that two blocks share: those of the smaller one, or none. */
export function sharedBlock(a: Cidr, b: Cidr): Cidr | undefined {
  if (containsCidr(a, b)) return b;
  return containsCidr(b, a) ? a : undefined;
}
