import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { afterEach, expect, test } from 'vitest';
import { bridgeCommand, brokerCommand, guardCommand, installCommand, probeCommand, runCommand, seedCommand } from '../../contract/index.ts';
import { freePort } from '../../../test/free-port.ts';
import { makeServer } from '../testing/mcp-server.ts';

const WORKER = join(import.meta.dirname, '../main.ts');
const SERVER = join(import.meta.dirname, '../testing/mcp-server.ts');
const STDIO = [process.execPath, SERVER];

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** Starts the worker, and waits until its port is open. */
async function start(
  verb: string,
  args: readonly string[],
  program: readonly string[] = [],
): Promise<{ child: ChildProcess; url: URL; said: () => string }> {
  const port = await freePort();
  const argv = [WORKER, verb, '--listen', `127.0.0.1:${port}`, ...args, ...(program.length === 0 ? [] : ['--', ...program])];
  const child = spawn(process.execPath, argv, { env: { ...process.env, COLOUR: 'blue' }, stdio: ['ignore', 'inherit', 'pipe'] });
  cleanups.push(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const url = new URL(`http://127.0.0.1:${port}/mcp`);
  while (child.exitCode === null && !(await isOpen(url))) await sleep(20);
  return { child, url, said: () => said };
}

async function isOpen(url: URL): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

async function connect(url: URL): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(url));
  cleanups.push(async () => client.close());
  return client;
}

async function say(client: Client, name: string, text = ''): Promise<unknown> {
  const { content } = await client.callTool({ name, arguments: { text } });
  return content.map((block) => (block.type === 'text' ? block.text : block.type)).join();
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** As servers of the older protocol do, for one caller. */
async function serveSessions(): Promise<Handler> {
  const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: () => crypto.randomUUID() });
  await makeServer().connect(transport);
  return async (request, response) => transport.handleRequest(request, response);
}

/** The small server over HTTP, as a tool's own image would serve it. */
async function serveUpstream(
  makeHandler: () => Promise<Handler> = async () => toNodeHandler(createMcpHandler(makeServer)),
): Promise<{ url: URL; seen: IncomingHttpHeaders[]; restart: () => Promise<void> }> {
  const port = await freePort();
  const seen: IncomingHttpHeaders[] = [];
  const open = async () => {
    const handle = await makeHandler();
    const server = createServer((request, response) => {
      seen.push(request.headers);
      void handle(request, response);
    });
    server.listen(port, '127.0.0.1');
    return server;
  };
  let server = await open();
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(stop);
  const restart = async () => {
    await stop();
    server = await open();
  };
  return { url: new URL(`http://127.0.0.1:${port}/mcp`), seen, restart };
}

test('a bridge serves the tools of a program', async () => {
  const { url } = await start('bridge', [], STDIO);
  const client = await connect(url);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo', 'variable', 'delete', 'die']);
  expect(await say(client, 'echo', 'hello')).toBe('hello');
});

test('the program behind a bridge has the variables of the tool', async () => {
  const { url } = await start('bridge', [], STDIO);
  expect(await say(await connect(url), 'variable', 'COLOUR')).toBe('blue');
});

test('many callers share one bridge', async () => {
  const { url } = await start('bridge', [], STDIO);
  const clients = await Promise.all(Array.from({ length: 4 }, async () => connect(url)));
  const answers = await Promise.all(
    clients.flatMap((client, i) => Array.from({ length: 10 }, async (_, j) => say(client, 'echo', `${i}-${j}`))),
  );
  expect(answers).toEqual(Array.from({ length: 40 }, (_, n) => `${Math.floor(n / 10)}-${n % 10}`));
});

for (const verb of ['bridge', 'guard'] as const) {
  const front = async (allow: readonly string[]) =>
    verb === 'bridge' ? start(verb, allow, STDIO) : start(verb, ['--upstream', (await serveUpstream()).url.href, ...allow]);

  test(`a ${verb} shows and calls only what is allowed`, async () => {
    const { url } = await front(['--allow', 'echo,variable']);
    const client = await connect(url);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['echo', 'variable']);
    expect(await say(client, 'echo', 'hello')).toBe('hello');
    await expect(client.callTool({ name: 'delete', arguments: {} })).rejects.toThrow("There is no tool 'delete'");
  });

  test(`a ${verb} with an empty list of tools has none`, async () => {
    const { url } = await front(['--allow', '']);
    const client = await connect(url);
    expect((await client.listTools()).tools).toEqual([]);
    await expect(client.callTool({ name: 'echo', arguments: { text: '' } })).rejects.toThrow('no tool');
  });

  test(`a ${verb} refuses web pages`, async () => {
    const { url } = await front([]);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
      body: '{}',
    });
    expect(answer.status).toBe(403);
  });

  test(`a ${verb} ends with 0 when it is told to`, async () => {
    const { child } = await front([]);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
}

test('a name that only looks like an allowed one is refused', async () => {
  const { url } = await start('bridge', ['--allow', 'echo'], STDIO);
  const body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","name":"delete","arguments":{}}}';
  const headers = {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': '2025-06-18',
  };
  const said = await (await fetch(url, { method: 'POST', headers, body })).text();
  expect(said).toContain("There is no tool 'delete'");
});

test('a bridge ends with its program, so that both are started again', async () => {
  const { child, url } = await start('bridge', [], STDIO);
  const client = await connect(url);
  const ended = once(child, 'exit');
  await expect(client.callTool({ name: 'die', arguments: {} })).rejects.toThrow('The server behind this one cannot be asked');
  expect(await ended).toEqual([1, null]);
});

test.each([
  [['/nowhere/server'], "error: '/nowhere/server' does not speak MCP over standard input and output: spawn /nowhere/server ENOENT\n"],
  [['false'], "error: 'false' does not speak MCP over standard input and output: Connection closed\n"],
])('a bridge to %j says what is wrong', async (program, message) => {
  const { child, said } = await start('bridge', [], program);
  expect({ code: child.exitCode, said: said() }).toEqual({ code: 1, said: message });
});

test('a guard adds what stands in files, and reads them anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, 'Bearer one\n');
  const { url: upstream, seen } = await serveUpstream();
  const { url } = await start('guard', ['--upstream', upstream.href, '--header', `Authorization=${file}`]);
  const client = await connect(url);
  await say(client, 'echo', 'hello');
  expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer one']));
  writeFileSync(file, 'Bearer two\n');
  await say(client, 'echo', 'hello');
  expect(seen.at(-1)?.authorization).toBe('Bearer two');
});

test('a guard tells nobody a secret that fits no header', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'token'), 'Bearer one\nBearer two\n');
  const { url: upstream } = await serveUpstream();
  const { url } = await start('guard', ['--upstream', upstream.href, '--header', `Authorization=${join(folder, 'token')}`]);
  const client = await connect(url);
  await expect(client.callTool({ name: 'echo', arguments: { text: '' } })).rejects.toThrow(/^((?!Bearer|guard-).)*$/s);
});

test('a guard passes on no error page of the server behind it', async () => {
  const echo = createServer((request, response) => response.writeHead(500).end(JSON.stringify(request.headers)));
  const port = await freePort();
  echo.listen(port, '127.0.0.1');
  cleanups.push(() => echo.close());
  const { url } = await start('guard', ['--upstream', `http://127.0.0.1:${port}/mcp`]);
  const client = await connect(url);
  const refused: unknown = await client.callTool({ name: 'echo', arguments: {} }).catch((error: unknown) => error);
  expect(JSON.stringify([refused, String(refused)])).toContain('cannot be asked');
  expect(JSON.stringify([refused, String(refused)])).not.toContain('user-agent');
});

test('a guard ends an answer that has no end', { timeout: 60_000 }, async () => {
  const endless = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (response.writable && response.write(Buffer.alloc(1_000_000, 32)));
      response.once('drain', more);
    };
    more();
  });
  const port = await freePort();
  endless.listen(port, '127.0.0.1');
  cleanups.push(() => endless.close());
  cleanups.push(() => endless.closeAllConnections());
  const { child, url } = await start('guard', ['--upstream', `http://127.0.0.1:${port}/mcp`]);
  const client = await connect(url);
  await expect(client.listTools()).rejects.toThrow('cannot be asked');
  const memory = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  expect(memory).toBeLessThan(500_000);
});

test('a path that is none ends nothing', async () => {
  const { child, url } = await start('bridge', [], STDIO);
  const socket = createConnection(Number(url.port), '127.0.0.1');
  socket.write('GET //[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(await readText(socket)).toMatch(/^HTTP\/1\.1 404 /);
  expect(child.exitCode).toBeNull();
});

test.each([
  ['that knows no sessions', async () => toNodeHandler(createMcpHandler(makeServer))],
  ['that forgets its sessions', serveSessions],
])('a guard outlives a restart of a server %s', async (_, makeHandler) => {
  const { url: upstream, restart } = await serveUpstream(makeHandler);
  const client = await connect((await start('guard', ['--upstream', upstream.href])).url);
  expect(await say(client, 'echo', 'before')).toBe('before');
  await restart();
  expect(await say(client, 'echo', 'after')).toBe('after');
});

test.each([
  ['bridge', ['--listen', '8080x'], "error: --listen must be a port, or <address>:<port>, got '8080x'\n"],
  ['bridge', [], "error: 'worker bridge' needs the MCP server's program, after '--'\n"],
  ['guard', ['--upstream', 'nowhere'], "error: 'worker guard' needs the URL of an MCP server as --upstream, got 'nowhere'\n"],
  ['guard', ['--upstream', 'http://a', '--header', 'x'], "error: --header must be <name>=<file>, got 'x'\n"],
  ['broker', ['--host', 'a'], "error: 'worker broker' needs --host, --header and --secret: whom it asks, and with what\n"],
] as const)('wrong use of %s %j is explained', async (verb, args, message) => {
  const child = spawn(process.execPath, [WORKER, verb, ...args, ...(args.length > 1 && verb === 'bridge' ? ['--', 'x'] : [])]);
  const said: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => said.push(piece));
  const [code] = (await once(child, 'close')) as [number];
  expect({ code, said: Buffer.concat(said).toString() }).toEqual({ code: 1, said: message });
});

test.each([
  installCommand(),
  seedCommand(),
  runCommand('shell', [], 60),
  probeCommand('http://127.0.0.1'),
  bridgeCommand(1, undefined, ['x']),
  guardCommand({ allow: [], headers: [], port: 1, upstream: 'http://a' }),
  brokerCommand({ header: 'a', host: 'a', port: 1, prefix: '', secretFile: 'a' }),
])('the program knows what pods ask of it: %s %s', async (...[, verb = '']) => {
  const child = spawn(process.execPath, [WORKER, verb], { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => said.push(piece));
  const [code] = (await once(child, 'close')) as [number];
  expect(code, Buffer.concat(said).toString()).not.toBe(2);
});
