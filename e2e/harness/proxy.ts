import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../corpus/random.ts';

/** What the proxy does to all connections while it lasts: nothing arrives, nothing comes back, or everything comes late. */
export type Weather = 'calm' | 'blackhole' | 'half-open' | 'delay';

const LATEST_MS = 150;

/** A request begins with its method. */
const REQUEST = /^(?:GET|POST|DELETE) /;

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Once bytes are gone, the connection is of no more use. */
  lost: boolean;
  /** The request is carried out, and its caller is not told. */
  dropAnswer: boolean;
}

/** Stands between callers and the controllers, on the loopback address, and spoils what passes. */
export class FaultProxy {
  weather: Weather = 'calm';
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();

  /**
   * @param targets ports of the controllers, of which each connection leads to one
   * @param dropped of so many answers in a hundred, the caller sees nothing
   */
  static async open(targets: readonly number[], random: Random, dropped: number): Promise<FaultProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new FaultProxy(server);
    server.on('connection', (client) => proxy.#join(client, random.pick(targets) ?? 0, () => random.below(100) < dropped));
    return proxy;
  }

  private constructor(server: Server) {
    this.#server = server;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port');
    this.port = address.port;
  }

  /** Breaks every connection off. */
  reset(): void {
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, target: number, isDropped: () => boolean): void {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const pair: Pair = { client, upstream, lost: false, dropAnswer: false };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => {
      if (REQUEST.test(chunk.toString('latin1', 0, 8))) pair.dropAnswer = isDropped();
      pair.lost ||= this.weather === 'blackhole';
      if (!pair.lost) this.#pass(upstream, chunk);
    });
    upstream.on('data', (chunk) => {
      if (pair.dropAnswer) return void client.resetAndDestroy();
      pair.lost ||= this.weather !== 'calm' && this.weather !== 'delay';
      if (!pair.lost) this.#pass(client, chunk);
    });
  }

  /** Late by the same time for all chunks, so that they stay in order. */
  #pass(to: Socket, chunk: Buffer): void {
    if (this.weather === 'delay') setTimeout(() => to.write(chunk), LATEST_MS);
    else to.write(chunk);
  }
}
