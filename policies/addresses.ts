import { type Cidr, containsCidr, parseCidr, SPECIAL_RANGES } from '../constructs/index.ts';

/** The blocks of a policy hold fewer addresses than these together: more, nobody can have reviewed. */
const LIMIT_IPV4 = 2 ** 24;
const LIMIT_IPV6 = 2 ** 97;

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

/** Whether a block alone holds more addresses than anybody can have reviewed. */
export function isWide(block: Cidr): boolean {
  return sizeOf(block) >= limitOf(block);
}

/** How many addresses a block has. */
export function sizeOf({ bits, length }: Cidr): number {
  return 2 ** (bits - length);
}

/** How many addresses are too many, of the version that a block has. */
export function limitOf({ bits }: Cidr): number {
  return bits === 128 ? LIMIT_IPV6 : LIMIT_IPV4;
}

/** The limit for messages: `2^24`. */
export function showLimit(block: Cidr): string {
  return `2^${Math.log2(limitOf(block))}`;
}
