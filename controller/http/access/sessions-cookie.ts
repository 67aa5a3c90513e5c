import type { FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/wire/index.ts';

/** Header that our page adds to what changes something. A page of another site cannot send it without asking first, and is refused. */
const PAGE_HEADER = 'fleetwright-page';

/** Cookies do not know ports: two controllers on one machine would take each other's away. */
function nameOf({ headers: { host = '' } }: FastifyRequest): string {
  return `fleetwright${/:(\d+)$/.exec(host)?.[1] ?? ''}`;
}

/** The token in the cookie of a session. @throws Refusal FW_FORBIDDEN if another site's page may have sent it */
export function sessionOf(request: FastifyRequest): string | undefined {
  const name = `${nameOf(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(/;\s*/);
  const token = pairs.find((pair) => pair.startsWith(name))?.slice(name.length);
  if (token === undefined || token === '') return undefined;
  const site = request.headers['sec-fetch-site'];
  if (request.method !== 'GET') mustBeOurPage(request);
  else if (site === 'cross-site' || site === 'same-site')
    throw new Refusal('FW_FORBIDDEN', 'A page of another site asked for this; open the page of the controller itself');
  return token;
}

/** Refuses what is not sent by our own page. `Origin`, where there is one, has been compared with `Host` already. @throws Refusal FW_FORBIDDEN */
export function mustBeOurPage({ headers }: FastifyRequest): void {
  const ours = headers['sec-fetch-site'] === undefined ? headers.origin !== undefined : headers['sec-fetch-site'] === 'same-origin';
  if (ours && headers[PAGE_HEADER] !== undefined) return;
  throw new Refusal(
    'FW_FORBIDDEN',
    "Only the controller's own page may do this with a session; programs send 'Authorization: Bearer <token>'",
  );
}

/** The header that keeps a session in the browser, out of reach of scripts; or, without a token, ends it there. */
export function sessionCookie(request: FastifyRequest, token?: { readonly token: string; readonly expiresAt: string }): string {
  // The address as the browser sees it, whatever stands in between.
  const secure = request.headers.origin?.startsWith('https:') === true ? '; Secure' : '';
  const expires = new Date(token?.expiresAt ?? 0).toUTCString();
  return `${nameOf(request)}=${token?.token ?? ''}; Path=/; HttpOnly; SameSite=Strict; Expires=${expires}${secure}`;
}
