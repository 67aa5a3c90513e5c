import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What a proxy does other than to hand on. */
export interface ProxyFaults {
  /** Tells, when a request has been answered, whether the answer is to be lost. */
  readonly loses?: (path: string) => boolean;
  /** Tells whether a request is to be answered here and forgotten. */
  readonly swallows?: (path: string, body: Buffer) => boolean;
}

/** Stands between a worker and its controller. */
export async function startProxy(
  url: string,
  { loses, swallows }: ProxyFaults,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url: path = '', headers } = request;
    const sent = await buffer(request);
    if (swallows?.(path, sent) === true) {
      response.writeHead(204).end();
      return;
    }
    const onward = forward(`${url}${path}`, { method, headers });
    onward.on('error', () => request.socket.destroy());
    onward.end(sent);
    const [answered] = (await once(onward, 'response')) as [IncomingMessage];
    const body = await buffer(answered);
    if (loses?.(path) === true) request.socket.destroy();
    else response.writeHead(answered.statusCode ?? 500, answered.headers).end(body);
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => request.socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, stop };
}
