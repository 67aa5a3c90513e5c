import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import type { ProxyAnswer, ProxyRequest, Question, Reply } from './protocol.ts';

// Runs in a network namespace of its own, where any address may be ours: it plays the internet to squid, and squid's clients.

/** Public and private addresses alike: what squid refuses would have been answered. */
const ADDRESSES = ['203.0.113.10', '10.0.0.5', '169.254.169.254', '192.168.7.7', '2001:db8::10', 'fd00::5'];
const PORTS = [22, 80, 443, 8443];
const PROXY_PORT = 3128;

const names: string[] = [];
for (const address of ADDRESSES) execFileSync('ip', ['address', 'add', address, 'dev', 'lo']);
execFileSync('ip', ['link', 'set', 'lo', 'up']);
answerNoName();
await Promise.all(ADDRESSES.flatMap((address) => PORTS.map((port) => listen(address, port))));
process.on('message', (question: Question) => void reply(question));
process.on('disconnect', () => process.exit());
process.send?.({ id: 0 } satisfies Reply);

async function reply(question: Question): Promise<void> {
  const { id } = question;
  const answer: Reply = question.kind === 'names' ? { id, names } : { id, answer: await ask(question.request) };
  process.send?.(answer);
}

/** An origin that says who it is: in HTTP to who speaks it, plainly to all others. */
async function listen(address: string, port: number): Promise<void> {
  const self = `${address} ${port}`;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) =>
      socket.end(/ HTTP\/1/.test(data.toString()) ? `HTTP/1.1 200 OK\r\nContent-Length: ${self.length}\r\n\r\n${self}` : self),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen({ host: address, ipv6Only: true, port }, resolve);
  });
}

/** A DNS server that knows nobody, and remembers who was asked for. */
function answerNoName(): void {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => {
    names.push(readName(query));
    const answer = Buffer.from(query);
    answer.writeUInt16BE(0x8183, 2); // A response: recursion available, no such name.
    socket.send(answer, port, address);
  });
  socket.bind(53, '127.0.0.1');
}

function readName(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; query[at]; at += (query[at] ?? 0) + 1) labels.push(query.subarray(at + 1, at + 1 + (query[at] ?? 0)).toString());
  return labels.join('.');
}

/** One request over one connection. After a CONNECT that was let through, something is said, so that the origin answers. */
async function ask({ method, target, credentials, silence = 0 }: ProxyRequest): Promise<ProxyAnswer> {
  const authorization = credentials === undefined ? '' : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`;
  return new Promise((resolve) => {
    const socket = connect(PROXY_PORT, '127.0.0.1');
    let text = '';
    const finish = () => {
      socket.destroy();
      resolve(readAnswer(text));
    };
    socket.setTimeout(20_000, finish);
    socket.on('error', finish);
    socket.on('close', finish);
    socket.on('data', (data) => {
      const tunnelIsNew = method === 'CONNECT' && text === '' && / 200 /.test(data.toString().split('\r\n')[0] ?? '');
      text += data.toString();
      if (tunnelIsNew) setTimeout(() => socket.write('who are you?'), silence);
    });
    if (method === '') socket.end();
    else socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${hostOf(target)}\r\nConnection: close\r\n${authorization}\r\n`);
  });
}

function hostOf(target: string): string {
  return target.includes('://') ? new URL(target).host : target;
}

function readAnswer(text: string): ProxyAnswer {
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  return { origin: status === 200 ? body : '', status };
}
