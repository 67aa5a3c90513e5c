import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ApiObject, Kubernetes, KubernetesError } from '../controller/jobs/kubernetes.ts';
import { Mirror } from '../controller/jobs/mirror.ts';
import { CertificateAuthority } from '../e2e/cluster/certificates.ts';

const authority = new CertificateAuthority({ commonName: 'test' });
const { certificate, privateKey } = authority.issueServer({ commonName: 'api' }, ['127.0.0.1']);

/** What a real API server does not do on demand: break off, fall silent, forget versions. */
describe('the API server in trouble', () => {
  let folder = '';
  let server: Server;
  let kubernetes: Kubernetes;
  let serve: (request: IncomingMessage, response: ServerResponse) => unknown;
  const sockets = new Set<Socket>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleetwright-kubernetes-'));
    writeFileSync(join(folder, 'token'), 'first\n');
    writeFileSync(join(folder, 'ca'), authority.keyPair.certificate);
    return () => rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    server = createServer({ cert: certificate, key: privateKey }, (request, response) => void serve(request, response));
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    kubernetes = new Kubernetes({ url, tokenFile: join(folder, 'token'), caFile: join(folder, 'ca') });
  });

  afterEach(async () => {
    kubernetes.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => void server.close(resolve));
  });

  it('is told apart from a refusal', async () => {
    serve = (_, response) => response.writeHead(403).end(JSON.stringify({ kind: 'Status', message: 'jobs.batch is forbidden' }));
    await expect(kubernetes.get('/x?limit=1')).rejects.toMatchObject({
      status: 403,
      passes: false,
      message: 'GET /x: 403 jobs.batch is forbidden',
    });
    serve = (_, response) => response.writeHead(503).end('<html>');
    await expect(kubernetes.get('/x')).rejects.toMatchObject({ status: 503, passes: true, message: 'GET /x: 503 <html>' });
    serve = (request) => request.socket.destroy();
    await expect(kubernetes.get('/x')).rejects.toMatchObject({ status: 0, passes: true });
    serve = (_, response) => response.writeHead(200, { 'content-length': 99 }).write('{"items":', () => response.destroy());
    await expect(kubernetes.get('/x')).rejects.toMatchObject({ status: 0, message: 'The API server broke off its answer to GET /x' });
  });

  it('is refused when somebody else has signed its certificate', async () => {
    serve = (_, response) => response.end('{}');
    writeFileSync(join(folder, 'other-ca'), new CertificateAuthority({ commonName: 'other' }).keyPair.certificate);
    const { port } = server.address() as AddressInfo;
    const other = new Kubernetes({ url: `https://127.0.0.1:${port}`, tokenFile: join(folder, 'token'), caFile: join(folder, 'other-ca') });
    await expect(other.get('/x')).rejects.toMatchObject({ status: 0, cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } });
    other.close();
  });

  it('is shown the token of now, and whole bodies', async () => {
    const seen: string[] = [];
    serve = async (request, response) => {
      seen.push(`${request.method} ${request.headers.authorization} ${await text(request)}`);
      response.end('{}');
    };
    await kubernetes.delete('/jobs/a', 'u');
    writeFileSync(join(folder, 'token'), 'second\n');
    await kubernetes.merge('/jobs/a', { spec: { suspend: true } });
    expect(seen).toEqual([
      'DELETE Bearer first {"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Background"}',
      'PATCH Bearer second {"spec":{"suspend":true}}',
    ]);
  });

  describe('Mirror', () => {
    let mirror: Mirror<string>;
    const errors: unknown[] = [];
    const asked: string[] = [];
    let watches: ServerResponse[] = [];
    let list: readonly string[] = [];

    beforeEach(() => {
      errors.length = 0;
      asked.length = 0;
      watches = [];
      list = ['a', 'b', 'c'];
      serve = (request, response) => {
        const query = new URL(request.url ?? '', 'https://x').searchParams;
        asked.push(query.has('watch') ? `watch from ${query.get('resourceVersion')}` : `list${query.get('continue') ?? ''}`);
        if (query.has('watch')) return (response.writeHead(200).flushHeaders(), watches.push(response));
        const [first, ...rest] = list;
        const second = query.get('continue') === '2';
        const items = second ? rest : first === undefined ? [] : [first];
        const metadata = { resourceVersion: '10', ...(second ? {} : { continue: '2' }) };
        return response.end(JSON.stringify({ metadata, items: items.map((name) => object(name, '1')) }));
      };
      mirror = new Mirror({
        kubernetes,
        path: '/jobs',
        labelSelector: 'l',
        read: ({ metadata }) => metadata.uid,
        onError: (error) => errors.push(error),
      });
      return async () => mirror.end();
    });

    const names = () => [...(mirror.items?.keys() ?? ['not listed'])].join();
    const watching = async (count: number) => vi.waitFor(() => expect(watches).toHaveLength(count), 5000);

    it('lists page by page, then watches; half lines and half letters are put together', async () => {
      expect(names()).toBe('not listed');
      await watching(1);
      expect(names()).toBe('a,b,c');
      const bytes = Buffer.from(`${line('ADDED', object('ä', '11'))}${line('DELETED', object('a', '12'))}`);
      const half = bytes.indexOf(0xc3) + 1;
      watches[0]?.write(bytes.subarray(0, half));
      await sleep(50);
      watches[0]?.write(bytes.subarray(half));
      await vi.waitFor(() => expect(names()).toBe('b,c,ä'));
      expect(asked).toEqual(['list', 'list2', 'watch from 10']);
    });

    it('goes on from the last version that it has seen, when a watch ends or breaks off', async () => {
      await watching(1);
      watches[0]?.end(line('ADDED', object('d', '11')));
      await watching(2);
      watches[1]?.write(line('BOOKMARK', object('', '20')), () => watches[1]?.destroy());
      await watching(3);
      expect(names()).toBe('a,b,c,d');
      expect(asked.slice(2)).toEqual(['watch from 10', 'watch from 11', 'watch from 20']);
      expect(errors).toEqual([expect.any(KubernetesError)]);
    });

    it('lists again when its version is forgotten, as an event and as a status', async () => {
      await watching(1);
      list = ['x', 'y'];
      watches[0]?.end(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410 } })}\n`);
      await watching(2);
      expect(names()).toBe('x,y');
      list = ['z'];
      const usual = serve;
      serve = (request, response) => {
        if (request.url?.includes('watch') !== true) return usual(request, response);
        serve = usual;
        return response.writeHead(410).end('{}');
      };
      watches[1]?.end();
      await watching(3);
      expect(names()).toBe('z');
      expect(errors).toEqual([]);
    });

    it('rests longer and longer while the server is away, and keeps what it knows', async () => {
      await watching(1);
      const usual = serve;
      const times: number[] = [];
      serve = (request) => (times.push(performance.now()), request.socket.destroy());
      watches[0]?.destroy();
      await vi.waitFor(() => expect(times.length).toBeGreaterThan(3), 10_000);
      expect(names()).toBe('a,b,c');
      const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0));
      expect(pauses[2]).toBeGreaterThan(pauses[0] ?? 0);
      serve = usual;
      await watching(2);
    }, 20_000);

    it('ends while it watches', async () => {
      await watching(1);
      await mirror.end();
      expect(errors).toEqual([]);
    });
  });
});

function object(name: string, resourceVersion: string): ApiObject {
  const metadata = { name, uid: `uid-${name}`, resourceVersion };
  return { metadata };
}

function line(type: string, about: ApiObject): string {
  return `${JSON.stringify({ type, object: about })}\n`;
}
