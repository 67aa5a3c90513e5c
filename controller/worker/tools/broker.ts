import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { type Address, close, listen } from './address.ts';
import { readSecret } from './secret-file.ts';

/** Headers that belong to one connection, and those that say where a request was sent. */
const HOP = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whom requests are sent on to, and with what. */
export interface BrokerOptions {
  readonly address: Address;
  /** Host name, with a port if it is not 443. */
  readonly host: string;
  readonly header: string;
  /** What stands before the value in the header. */
  readonly prefix: string;
  /** The file that holds the value. It is read for every request, so that a new value counts at once. */
  readonly secretFile: string;
}

/**
 * Sends requests on to one host, by TLS, with a secret in a header that callers never see, until it is told to end. `HTTPS_PROXY` and `NO_PROXY`
 * say how it gets there.
 *
 * @param draining aborted when it is to end
 */
export async function broker(options: BrokerOptions, draining: AbortSignal): Promise<number> {
  const agent = new Agent({ keepAlive: true, proxyEnv: process.env });
  const server = createServer((request, response) => {
    sendOn(options, agent, request, response).catch((error: unknown) =>
      refuse(response, 502, `${options.host} cannot be asked: ${textOf(error)}`),
    );
  });
  await listen(server, options.address);
  if (!draining.aborted) await once(draining, 'abort');
  await close(server);
  agent.destroy();
  return 0;
}

// oxlint-disable-next-line eslint/max-params -- a request, and what answers it
async function sendOn(options: BrokerOptions, agent: Agent, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host, header, prefix, secretFile } = options;
  // `http://elsewhere/` as a path would name another host to proxies on the way.
  if (!request.url?.startsWith('/')) return refuse(response, 400, `This answers for ${host} only; ask for a path`);
  // Web pages have no business here, and a host that echoes a TRACE would tell the secret.
  if (request.headers.origin !== undefined || request.method === 'TRACE')
    return refuse(response, 403, 'This is for programs, to read and to write');
  const framing = framingOf(request.headers);
  if (framing === undefined) return refuse(response, 400, 'The only transfer coding here is chunked');
  const [hostname, port = '443'] = host.split(':');
  const headers = { ...keep(request.headers), ...framing, host, [header.toLowerCase()]: prefix + readSecret(secretFile) };
  const sent = requestTls({ agent, headers, hostname, method: request.method, path: request.url, port });
  response.once('close', () => sent.destroy());
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  const [answer] = await Promise.all([answered, pipeline(request, sent)]);
  response.writeHead(answer.statusCode ?? 502, withOwnLocation(keep(answer.headers), host));
  return pipeline(answer, response);
}

/**
 * How long the body is, said anew: without it, Node.js would send the body of a GET as it is, and the host would take it for the next request,
 * secret and all.
 */
function framingOf({ 'content-length': length, 'transfer-encoding': coding }: IncomingHttpHeaders): IncomingHttpHeaders | undefined {
  if (coding === undefined) return length === undefined ? {} : { 'content-length': length };
  return coding.toLowerCase() === 'chunked' ? { 'transfer-encoding': 'chunked' } : undefined;
}

function keep(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.has(name) && !named.has(name)));
}

/** A redirect within the host stays with the broker; to another one, callers must find a way of their own. */
function withOwnLocation(headers: IncomingHttpHeaders, host: string): IncomingHttpHeaders {
  const { location } = headers;
  return location?.startsWith(`https://${host}/`) === true ? { ...headers, location: location.slice(`https://${host}`.length) } : headers;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
