import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CertificateAuthority } from '../e2e/cluster/certificates.ts';
import { freePort } from './free-port.ts';

const WORKER = join(import.meta.dirname, '../controller/worker/main.ts');

/** What somebody would like to be sent with the secret of others. */
const SMUGGLED = 'POST /notes HTTP/1.1\r\nHost: x\r\nContent-Length: 75\r\n\r\n';

const folder = mkdtempSync(join(tmpdir(), 'broker-'));
const secret = join(folder, 'token');
const seen: { readonly request: IncomingMessage; readonly body: string }[] = [];
let host: Server;
let hostPort: number;
let broker: ChildProcess;
let url: string;

beforeAll(async () => {
  const authority = new CertificateAuthority({ commonName: 'test' });
  const { certificate, privateKey } = authority.issueServer({ commonName: 'localhost' }, ['localhost']);
  writeFileSync(join(folder, 'ca.pem'), authority.keyPair.certificate);
  writeFileSync(secret, 'one\n');
  hostPort = await freePort();
  host = createServer({ cert: certificate, key: privateKey }, (request, response) => void reply(request, response));
  host.listen(hostPort, '127.0.0.1');

  ({ child: broker, url } = await startBroker({ HTTPS_PROXY: '' }));
});

/** Starts the program, and waits until its port is open. */
async function startBroker(variables: NodeJS.ProcessEnv, askedPort = hostPort): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const to = ['--host', `localhost:${askedPort}`, '--header', 'X-Token', '--prefix', 'key ', '--secret', secret];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), NO_PROXY: '', no_proxy: '', ...variables };
  const child = spawn(process.execPath, [WORKER, 'broker', '--listen', `127.0.0.1:${port}`, ...to], { env, stdio: 'inherit' });
  while (!(await isOpen(port))) await sleep(20);
  return { child, url: `http://127.0.0.1:${port}` };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

async function reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  seen.push({ request, body });
  const location = { '/moved': `https://localhost:${hostPort}/there?x=1`, '/away': 'https://elsewhere.example/' }[request.url ?? ''];
  response.writeHead(location === undefined ? 201 : 302, { ...(location === undefined ? {} : { location }), 'x-own': 'kept' });
  response.end(`${request.method} ${request.url}`);
}

afterAll(async () => {
  broker.kill('SIGKILL');
  host.closeAllConnections();
  await new Promise((resolve) => host.close(resolve));
  rmSync(folder, { recursive: true });
});

/** What the host saw last. */
function last() {
  const found = seen.at(-1);
  if (found === undefined) throw new Error('The host was not asked');
  return found;
}

test('sends requests on with the secret, and answers back', async () => {
  const answer = await fetch(`${url}/v1/things?of=mine`, { method: 'POST', body: 'a body', headers: { 'x-mine': 'too' } });
  expect({ status: answer.status, text: await answer.text(), own: answer.headers.get('x-own') }).toEqual({
    status: 201,
    text: 'POST /v1/things?of=mine',
    own: 'kept',
  });
  const { request, body } = last();
  expect({ body, token: request.headers['x-token'], mine: request.headers['x-mine'], host: request.headers.host }).toEqual({
    body: 'a body',
    token: 'key one',
    mine: 'too',
    host: `localhost:${hostPort}`,
  });
});

test("a caller's own header of that name is no choice", async () => {
  await fetch(`${url}/`, { headers: { 'X-Token': 'mine' } });
  expect(last().request.headers['x-token']).toBe('key one');
});

test('a new secret counts at once', async () => {
  writeFileSync(secret, 'two');
  await fetch(`${url}/`);
  expect(last().request.headers['x-token']).toBe('key two');
});

test('a big body passes through', async () => {
  const body = 'x'.repeat(20_000_000);
  await fetch(`${url}/`, { method: 'PUT', body });
  expect(last().body.length).toBe(body.length);
});

test.each([
  ['/moved', '/there?x=1'],
  ['/away', 'https://elsewhere.example/'],
])('a redirect of %s leads to %s', async (path, location) => {
  const answer = await fetch(url + path, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe(location);
});

test('a path that names another host is refused', async () => {
  const asked = seen.length;
  expect(await raw('GET http://elsewhere.example/ HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n')).toMatch(
    new RegExp(`^HTTP/1.1 400 [^]*This answers for localhost:${hostPort} only; ask for a path`),
  );
  expect(seen.length).toBe(asked);
});

test.each([
  ['GET', 'Transfer-Encoding: chunked\r\n'],
  ['DELETE', 'Transfer-Encoding: chunked\r\n'],
  ['GET', `Content-Length: ${SMUGGLED.length}\r\n`],
  ['OPTIONS', `Content-Length: ${SMUGGLED.length}\r\nConnection: keep-alive, Content-Length\r\n`],
])('the body of a %s with %j is no request of its own', async (method, framing) => {
  const asked = seen.length;
  const body = framing.startsWith('T') ? `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n` : SMUGGLED;
  await raw(`${method} /a HTTP/1.1\r\nHost: x\r\n${framing}\r\n${body}GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  // Requests that follow one another on one connection go on side by side: which one arrives first is open.
  const got = seen.slice(asked).map(({ request, body: said }) => [request.url, request.method, said]);
  expect(got).toHaveLength(2);
  expect(got).toContainEqual(['/a', method, SMUGGLED]);
  expect(got).toContainEqual(['/next', 'GET', '']);
});

test.each([
  ['of a web page', 'GET / HTTP/1.1\r\nOrigin: http://evil.example\r\n'],
  ['that would be echoed', 'TRACE / HTTP/1.1\r\n'],
])('a request %s is refused', async (_, head) => {
  const asked = seen.length;
  expect(await raw(`${head}Host: x\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  expect(seen.length).toBe(asked);
});

test('a secret that fits no header is told to nobody', async () => {
  writeFileSync(secret, 'three\nfour');
  const answer = await fetch(url);
  writeFileSync(secret, 'two');
  expect([answer.status, await answer.text()]).toEqual([
    502,
    `localhost:${hostPort} cannot be asked: its secret is not a single line of plain text\n`,
  ]);
});

test('headers of the connection stay with it', async () => {
  await raw('GET / HTTP/1.1\r\nHost: x\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nProxy-Authorization: Basic eDp5\r\nX-Stays: 1\r\n\r\n');
  const { headers } = last().request;
  expect([headers['x-hop'], headers['proxy-authorization'], headers['x-stays']]).toEqual([undefined, undefined, '1']);
});

test('a host that is away is a bad gateway, and the secret is not in the answer', async () => {
  const nowhere = await startBroker({}, await freePort());
  try {
    const refusal = await fetch(nowhere.url);
    const said = await refusal.text();
    expect(refusal.status).toBe(502);
    expect(said).toMatch(/^localhost:\d+ cannot be asked: connect ECONNREFUSED/);
    expect(said).not.toContain('two');
    nowhere.child.kill('SIGTERM');
    expect(await once(nowhere.child, 'exit')).toEqual([0, null]);
  } finally {
    nowhere.child.kill('SIGKILL');
  }
});

test('the way out leads through a proxy, which sees only the name of the host', async () => {
  const tunnels: string[] = [];
  const proxy = createPlainServer().on('connect', ({ url: target = '', headers }, client) => {
    tunnels.push(`${target} ${headers['proxy-authorization']}`);
    const upstream = connect({ host: '127.0.0.1', port: Number(target.split(':')[1]) });
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    client.pipe(upstream).pipe(client);
  });
  const port = await freePort();
  proxy.listen(port, '127.0.0.1');
  const proxied = await startBroker({ HTTPS_PROXY: `http://agent:pass@127.0.0.1:${port}` });
  try {
    expect((await fetch(`${proxied.url}/through`)).status).toBe(201);
    expect(tunnels).toEqual([`localhost:${hostPort} Basic ${Buffer.from('agent:pass').toString('base64')}`]);
  } finally {
    proxied.child.kill('SIGKILL');
    proxy.close();
  }
});

async function raw(request: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  socket.write(request);
  return text(socket);
}
