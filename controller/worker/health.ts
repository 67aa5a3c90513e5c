import { createServer } from 'node:http';

/** What the kubelet is told. */
export interface Health {
  /** Whether tools and gateway are there. */
  ready: boolean;
  readonly close: () => void;
}

/**
 * Answers `/healthz` as soon as the worker runs, and `/readyz` once it is ready.
 *
 * @param port TCP port, on all addresses; 0 for no answer at all
 * @throws Error if the port is taken
 */
export async function serveHealth(port: number): Promise<Health> {
  if (port === 0) return { ready: false, close: () => undefined };
  const server = createServer((request, response) => {
    const good = request.url === '/healthz' || (request.url === '/readyz' && health.ready);
    response.writeHead(good ? 200 : request.url === '/readyz' ? 503 : 404, { 'content-type': 'text/plain' });
    response.end(good ? 'ok\n' : 'not ready\n');
  });
  const health = {
    ready: false,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`Port ${port} is taken; name another with --health <port>, or 0 for none`, { cause })),
    );
    server.listen(port, resolve);
  });
  return health;
}
