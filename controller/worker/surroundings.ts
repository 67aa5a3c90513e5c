import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Shortest and longest pause between two tries, and how long one may take, in milliseconds. */
const PAUSE = { first: 50, longest: 2000, answer: 2000 } as const;

/**
 * Addresses of what an agent needs at once: its tools and the model gateway. Those outside the cluster, which are spoken to by TLS and through
 * the org's way out, are not ours to wait for.
 */
export function findSurroundings(env: NodeJS.ProcessEnv): URL[] {
  const list = [env['MCP_SERVERS'], env['MODEL_ENDPOINT']].flatMap((text) => (text ?? '').split(','));
  const urls = list.map((text) => text.trim()).filter((text) => URL.canParse(text));
  return [...new Map(urls.map((text) => [new URL(text).host, new URL(text)])).values()].filter(({ protocol }) => protocol === 'http:');
}

/**
 * Waits, in silence, until all of them take connections.
 *
 * @throws Error naming those that do not when the time is over
 */
export async function waitForSurroundings(urls: readonly URL[], milliseconds: number, gone: AbortSignal): Promise<void> {
  const end = performance.now() + milliseconds;
  const open = await Promise.all(urls.map(async (url) => isOpenBefore(url, end, gone)));
  const missing = urls.filter((_, i) => open[i] !== true);
  if (missing.length === 0 || gone.aborted) return;
  const names = missing.map(({ href }) => href).join(', ');
  throw new Error(
    `${names} took no connection within ${milliseconds / 1000} seconds; see whether its pods run, and whether this one may reach them`,
  );
}

async function isOpenBefore(url: URL, end: number, gone: AbortSignal): Promise<boolean> {
  for (let tries = 0; !gone.aborted; tries += 1) {
    /* eslint-disable no-await-in-loop -- one try after the other */
    if (await takesConnection(url)) return true;
    const pause = Math.min(PAUSE.longest, PAUSE.first * 2 ** tries) * (0.5 + Math.random());
    if (performance.now() + pause > end) return false;
    await sleep(pause, undefined, { signal: gone }).catch(() => undefined);
    /* eslint-enable no-await-in-loop */
  }
  return false;
}

async function takesConnection({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), timeout: PAUSE.answer });
    const finish = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
