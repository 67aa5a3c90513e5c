import { isIPv4, isIPv6 } from 'node:net';
import { isHostName } from '../constructs/index.ts';

/** What a value of each format is, for messages. */
export const MEANINGS: Readonly<Record<string, string>> = {
  cidr: 'a block of addresses whose first address is written, such as 10.20.0.0/16',
  date: 'a day of the calendar as YYYY-MM-DD',
  issuer: 'an https URL with a full host name, such as https://login.example.com',
};

/** Formats of the environment's schema, which say more than a pattern can. */
export const FORMATS = { cidr: isCidr, date: isDate, issuer: isIssuer };

/** Kubernetes takes blocks with other bits set than those of the prefix for mistakes, as they mostly are. */
function isCidr(text: string): boolean {
  const [address = '', prefix = ''] = text.split('/');
  if (!isIPv4(address) && !isIPv6(address)) return false;
  const bits = isIPv4(address)
    ? address.split('.').map((byte) => toBits(byte, 10, 8))
    : groupsOf(address).map((group) => toBits(group, 16, 16));
  const all = bits.join('');
  return /^(0|[1-9][0-9]*)$/.test(prefix) && Number(prefix) <= all.length && !all.slice(Number(prefix)).includes('1');
}

/** The eight groups of an IPv6 address, those that `::` stands for included. */
function groupsOf(address: string): string[] {
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
}

function toBits(digits: string, base: number, width: number): string {
  return Number.parseInt(digits, base).toString(2).padStart(width, '0');
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isIssuer(text: string): boolean {
  return URL.canParse(text) && isHostName(new URL(text).hostname);
}
