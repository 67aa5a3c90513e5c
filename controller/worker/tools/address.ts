import type { Server } from 'node:http';

/** Where to listen. */
export interface Address {
  /** All addresses when left out: in a pod, the kubelet's checks come from outside. */
  readonly host: string | undefined;
  /** TCP port; 0 for any free one. */
  readonly port: number;
}

/** Reads `8080` or `127.0.0.1:8080`. @throws Error that says what is wrong */
export function parseAddress(text: string): Address {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) throw new Error(`--listen must be a port, or <address>:<port>, got '${text}'`);
  return { host, port: Number(port) };
}

/** Starts to listen. @throws Error if the port is taken */
export async function listen(server: Server, { host, port }: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Error(`Nobody can listen at ${host ?? 'any address'}, port ${port}: ${cause.message}`, { cause })),
    );
    server.listen({ host, port }, resolve);
  });
}

/** Lets what is under way come to its end, and the rest go. */
export async function close(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
}
