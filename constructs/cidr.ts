/** A block of IPv4 or IPv6 addresses. */
export interface Cidr {
  /** As it was written. */
  readonly text: string;
  /** The address before the slash. */
  readonly address: bigint;
  /** How many bits an address has: 32 or 128. */
  readonly bits: number;
  /** How many of them are the same in all addresses of the block. */
  readonly length: number;
}

/**
 * Reads a block such as `10.0.0.0/8` or `fc00::/7`; `undefined` for anything else. The address may have bits beyond the prefix.
 *
 * Not by `node:net`: its pattern of IPv6 addresses takes longer to compile than a small fleet takes to render.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4632
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.2
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const prefix = text.slice(slash + 1);
  const bits = text.includes(':') ? 128 : 32;
  if (slash === -1 || !/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) return undefined;
  const address = (bits === 128 ? parseIpv6 : parseIpv4)(text.slice(0, slash));
  return address === undefined ? undefined : { address, bits, length: Number(prefix), text };
}

/** Whether all addresses of a block are among those of another. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  const free = BigInt(outer.bits - outer.length);
  return outer.bits === inner.bits && outer.length <= inner.length && outer.address >> free === inner.address >> free;
}

function parseIpv4(text: string): bigint | undefined {
  const bytes = text.split('.');
  if (bytes.length !== 4 || !bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256)) return undefined;
  return bytes.reduce((address, byte) => (address << 8n) | BigInt(byte), 0n);
}

/** Up to eight groups, of which one run of zeros may be left out, and the last two of which may be written as IPv4. */
function parseIpv6(text: string): bigint | undefined {
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(text);
  const embedded = dotted === null ? undefined : parseIpv4(dotted[2] ?? '');
  if (dotted !== null && embedded === undefined) return undefined;
  const plain = dotted === null ? text : `${dotted[1]}${toGroups(embedded ?? 0n)}`;
  const halves = plain.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail = []] = halves;
  const missing = 8 - head.length - tail.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}

function toGroups(address: bigint): string {
  return `${(address >> 16n).toString(16)}:${(address & 0xffffn).toString(16)}`;
}
