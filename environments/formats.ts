import { validRange } from 'semver';
import { isHostName, parseCidr } from '../constructs/index.ts';

/** What a value of each format is, for messages. */
export const MEANINGS: Readonly<Record<string, string>> = {
  cidr: 'a block of addresses whose first address is written, such as 10.20.0.0/16',
  date: 'a day of the calendar as YYYY-MM-DD',
  issuer: 'an https URL with a full host name, such as https://login.example.com',
  range: "a range of versions, such as '^1.4.0' or '>=2 <4'",
};

/** Formats of the schemas, which say more than a pattern can. */
export const FORMATS = { cidr: isCidr, date: isDate, issuer: isIssuer, range: isRange };

/** Kubernetes takes blocks with other bits set than those of the prefix for mistakes, as they mostly are. */
function isCidr(text: string): boolean {
  const block = parseCidr(text);
  return block !== undefined && BigInt.asUintN(block.bits - block.length, block.address) === 0n;
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isIssuer(text: string): boolean {
  return URL.canParse(text) && isHostName(new URL(text).hostname);
}

/** An empty range means any version, but says nothing. */
function isRange(text: string): boolean {
  return text.trim() !== '' && validRange(text) !== null;
}
