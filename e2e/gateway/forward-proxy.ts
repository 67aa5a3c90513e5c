import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy on 127.0.0.1 that notes who wants to go where, and lets nobody. */
export class ForwardProxy {
  readonly asked: { readonly host: string; readonly credentials: string }[] = [];
  readonly #server: Server;

  static async start(): Promise<ForwardProxy> {
    const proxy = new ForwardProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor() {
    this.#server = createServer();
    this.#server.on('connect', ({ url = '', headers }, socket) => {
      const credentials = Buffer.from((headers['proxy-authorization'] ?? '').replace('Basic ', ''), 'base64').toString();
      this.asked.push({ host: url, credentials });
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
