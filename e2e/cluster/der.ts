import { Buffer } from 'node:buffer';

// The part of DER (ITU-T X.690) that an X.509 certificate needs.

/** Items one after another. */
export function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(0x30, ...items);
}

/** A set of one item, which needs no sorting. */
export function setOf(item: Buffer): Buffer {
  return tagged(0x31, item);
}

/** A non-negative whole number, most significant byte first. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  // DER allows no more leading zeros than the one that keeps a number from being negative.
  const shortest = first === -1 ? Buffer.from([0]) : bytes.subarray(first);
  const isNegative = ((shortest[0] ?? 0) & 0x80) !== 0;
  return tagged(0x02, isNegative ? Buffer.concat([Buffer.from([0]), shortest]) : shortest);
}

/** An object identifier such as `2.5.4.3`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Whole bytes as a bit string. */
export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return tagged(0x03, Buffer.from([unusedBits]), bytes);
}

/** Bytes. */
export function octetString(bytes: Buffer): Buffer {
  return tagged(0x04, bytes);
}

/** Text. */
export function utf8String(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text));
}

/** A moment, to the second. */
export function generalizedTime(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]|\..*/g, '')}Z`));
}

/** `true`; `false` is the default wherever it could stand, and DER leaves defaults out. */
export function booleanTrue(): Buffer {
  return tagged(0x01, Buffer.from([0xff]));
}

/** An item with any tag; `0xa0 + n` is the explicit context tag `n`, `0x80 + n` the implicit one. */
export function tagged(tag: number, ...items: readonly Buffer[]): Buffer {
  const content = Buffer.concat(items);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf(content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.from([content.length]);
  const bytes = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
  return digits;
}
