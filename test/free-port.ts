import { createServer } from 'node:net';

/**
 * Below the range from which Linux takes ports for outgoing connections. A port that was free a moment ago then stays free
 * until the server that it is meant for binds it.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

const taken = new Set<number>();

/** A TCP port of 127.0.0.1 that nothing listens on, and that this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
