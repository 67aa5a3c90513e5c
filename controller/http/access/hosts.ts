import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { Refusal } from '../../contract/wire/index.ts';

const HOST = /^(?<name>[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Refuses requests that a browser was tricked into. A page of a foreign site can make its own name lead to this program, but not to an address;
 * so names are allowed one by one, and addresses are not asked about.
 *
 * @param names under which this program is known, besides `localhost`
 * @throws Refusal FW_FORBIDDEN
 */
export function checkHost({ url = '', rawHeaders, headers: { origin } }: IncomingMessage, names: ReadonlySet<string>): void {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host');
  const [host = ''] = hosts;
  const name = HOST.exec(host)?.groups?.['name']?.toLowerCase();
  const allowed = name !== undefined && (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) > 0 || names.has(name));
  // A whole address in the first line would count for more than the header.
  if (hosts.length !== 1 || !allowed || !url.startsWith('/'))
    throw new Refusal('FW_FORBIDDEN', "The header 'Host' is not a name of this program; allow it with --allow-host <name>");
  if (origin !== undefined && hostOf(origin) !== host.toLowerCase())
    throw new Refusal('FW_FORBIDDEN', "The header 'Origin' is that of another site, which may not call this program");
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
