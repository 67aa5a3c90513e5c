import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { orgNames } from './estate.ts';
import { makeTokens, type Program } from './program.ts';

/** How many are opened at once. */
const PIECE = 100;

/** How many streams one token may have open, with some to spare. */
const PER_TOKEN = 500;

/** How long an event may take to reach all of them, in milliseconds: the first one waits until each has been shown what there was. */
const PATIENCE_MS = 180_000;

/** What it costs to let many follow what happens. */
export interface Readers {
  readonly memoryMb: number;
  /** From an event until the last reader has it, in milliseconds. */
  readonly lastMs: number;
}

/** Opens so many streams of events, lets something happen, and waits until all have heard of it. */
export async function measureReaders(folder: string, controller: Program, count: number): Promise<Readers> {
  const [tokens] = await makeTokens(folder, controller.port);
  const [org = ''] = orgNames;
  const admin = tokens?.admin ?? '';
  const connection = await Connection.open(controller.port);
  const post = async (path: string, body: object) =>
    (await connection.send('POST', `/v1/orgs/${org}${path}`, admin, JSON.stringify(body))).body;
  const viewers: string[] = [];
  for (let made = 0; made * PER_TOKEN < count; made += 1)
    viewers.push((JSON.parse(await post('/tokens', { name: 'viewer', role: 'viewer' })) as { token: string }).token);
  const sockets: Socket[] = [];
  let heard = new Set<number>();
  for (let opened = 0; opened < count; opened += PIECE) {
    const piece = Array.from({ length: PIECE }, async (_, i) =>
      openStream(controller.port, org, viewers[Math.floor((opened + i) / PER_TOKEN)] ?? '', () => heard.add(opened + i)),
    );
    sockets.push(...(await Promise.all(piece)));
  }
  const tell = async () => {
    heard = new Set();
    const begin = performance.now();
    await post('/tasks', { tasks: [{ agent: 'agent-9', title: 'A task' }] });
    for (let left = PATIENCE_MS; heard.size < count && left > 0; left -= 10) await sleep(10);
    if (heard.size < count) throw new Error(`${heard.size} of ${count} readers heard of an event`);
    return performance.now() - begin;
  };
  await tell();
  const lastMs = await tell();
  const memoryMb = controller.memoryMb();
  for (const socket of sockets) socket.destroy();
  connection.close();
  return { memoryMb, lastMs };
}

async function openStream(port: number, org: string, token: string, hear: () => void): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setEncoding('latin1');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () =>
      socket.write(
        `GET /v1/orgs/${org}/events HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nauthorization: Bearer ${token}\r\n\r\n`,
      ),
    );
    socket.on('data', (chunk: string) => {
      if (chunk.startsWith('HTTP/1.1 200')) resolve();
      else if (chunk.startsWith('HTTP/1.1')) reject(new Error(`A stream was answered with ${chunk.slice(0, 200)}`));
      if (chunk.includes('data:') && chunk.includes('scheduled')) hear();
    });
  });
  return socket;
}
