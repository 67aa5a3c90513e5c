import { createServer } from 'node:net';
import { failed } from './state-folder.ts';
import { freePort } from './tools.ts';

/** Where the controller listens unless something else does. */
const USUAL = 8080;

/** The port that was asked for, or the usual one, or a free one. @throws FleetwrightError FW_UP_FAILED if the one that was asked for is taken */
export async function choosePort(asked: number | undefined): Promise<{ readonly port: number; readonly note: string | undefined }> {
  if (asked === 0) return { port: await freePort(), note: undefined };
  if (await isFree(asked ?? USUAL)) return { port: asked ?? USUAL, note: undefined };
  if (asked !== undefined)
    throw failed(`port ${asked} cannot be listened at, as something else does; name another with --port, or 0 for a free one`);
  const port = await freePort();
  return { port, note: `Port ${USUAL} is taken, so it is ${port} this time; --port names one for good.` };
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
