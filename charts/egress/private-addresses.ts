import { type Cidr, containsCidr, type Environment, parseCidr, SPECIAL_RANGES } from '../../constructs/index.ts';

/** Ranges of addresses by version, as networks write them. */
export interface AddressRanges {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/** What no egress intent may end up at: special addresses, and the cluster's API servers where these are public. */
export function forbiddenRanges({ cluster }: Environment): AddressRanges {
  const special = blocksOf([...SPECIAL_RANGES.ipv4, ...SPECIAL_RANGES.ipv6]);
  const others = blocksOf(cluster.apiServer.cidrs).filter((block) => !special.some((range) => containsCidr(range, block)));
  return {
    ipv4: [...SPECIAL_RANGES.ipv4, ...others.filter(({ bits }) => bits === 32).map(({ text }) => text)],
    ipv6: [...SPECIAL_RANGES.ipv6, ...others.filter(({ bits }) => bits === 128).map(({ text }) => text)],
  };
}

/** Special addresses, each range with those of the given ones that it contains as exceptions. */
export function specialRangesExcept(
  ranges: readonly string[],
): { readonly cidr: string; readonly except?: readonly string[] | undefined }[] {
  const exceptions = blocksOf(ranges);
  return blocksOf([...SPECIAL_RANGES.ipv4, ...SPECIAL_RANGES.ipv6]).map((range) => {
    const except = exceptions.filter((block) => containsCidr(range, block)).map(({ text }) => text);
    return { cidr: range.text, except: except.length === 0 ? undefined : except };
  });
}

/** Ranges that the environment's schema has let through. */
function blocksOf(ranges: readonly string[]): Cidr[] {
  return ranges.flatMap((range) => parseCidr(range) ?? []);
}
