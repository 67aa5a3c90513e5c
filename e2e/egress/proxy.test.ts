import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fleetParts } from '../../charts/index.ts';
import { Egress, type Manifest, McpServer, Tool } from '../../constructs/index.ts';
import { aBroker, aModel, anAgent, anIntent, anOrg } from '../../test/builders.ts';
import { currentSession } from '../session.ts';
import { Namespace } from './namespace.ts';
import { Proxy } from './proxy.ts';
import { fetchSquid } from './squid-package.ts';

const why = { reason: 'a test' };
const session = currentSession();
const PUBLIC = '203.0.113.10';
const HOSTS = [
  `${PUBLIC} api.git.test x.one.test y.c.one.test one.test x.notone.test a.any.test a.b.any.test any.test ssh.test docs.test api.github.com`,
  `${PUBLIC} bob.test evil.test api.anthropic.com mcp.test ready.test hosted.test`,
  '2001:db8::10 six.any.test',
  '10.0.0.5 ten.any.test',
  `${PUBLIC} mixed.any.test`,
  '192.168.7.7 mixed.any.test',
  '169.254.169.254 metadata.any.test',
  'fd00::5 unique.any.test',
  '::ffff:10.0.0.5 mapped.any.test',
  '10.0.0.5 private.docs.test',
];

/** `password` of a client is its name, long enough to look like one. */
const passwordOf = (client: string) => `${client}-0123456789abcdefABCDEF`;
const as = (client: string) => `${client}:${passwordOf(client)}`;

/** The proxy of an org with clients of all kinds. */
function renderProxy(): readonly Manifest[] {
  const org = anOrg();
  const ada = [
    Egress.host('api.git.test', why),
    Egress.host('one.test', { ...why, depth: 'one' }),
    Egress.host('any.test', { ...why, depth: 'any' }),
    Egress.host('ssh.test', { ...why, ports: [22, 8443] }),
    Egress.host('unknown-to-dns.test', why),
    Egress.plainHttp('docs.test', why),
    Egress.plainHttp('docs.test', { ...why, depth: 'one', methods: ['POST'] }),
  ];
  anAgent(org, 'ada', { egress: ada });
  anAgent(org, 'twin', { egress: ada });
  anAgent(org, 'bob', { egress: [anIntent('bob.test')] });
  anAgent(org, 'nobody');
  new Tool(org, 'mcp', { server: McpServer.remote('https://mcp.test/mcp') });
  new Tool(org, 'hosted', { egress: [anIntent('hosted.test')], server: McpServer.http('mcp-http') });
  aBroker(org);
  aModel(org);
  const objects = fleetParts(org.fleet).flatMap((part) => (part.manifest ? part.render() : []));
  return objects.filter(({ metadata }) => metadata.name === 'egress');
}

describe('the egress proxy on a real squid', () => {
  let namespace: Namespace;
  let proxy: Proxy;

  beforeAll(async () => {
    const squid = await fetchSquid(join(import.meta.dirname, '../../.cache/e2e'));
    namespace = await Namespace.start();
    const folder = join(session.run.path, 'squid');
    mkdirSync(folder);
    chmodSync(session.run.path, 0o711); // The user that squid runs as must get through to it.
    proxy = new Proxy({ folder, hosts: HOSTS, namespace, objects: renderProxy(), squid });
    for (const client of ['ada', 'twin', 'bob', 'mcp', 'hosted', 'github', 'gateway', 'nobody'])
      proxy.setPassword(client, passwordOf(client));
  });
  afterAll(async () => {
    await proxy?.stop();
    await namespace?.stop();
  });

  const request = async (method: string, target: string, credentials?: string) => namespace.request({ credentials, method, target });
  const tunnel = async (target: string, credentials: string | undefined = as('ada')) => request('CONNECT', target, credentials);

  it('has a configuration that squid takes without a complaint', async () => {
    expect(await proxy.parse()).toEqual({ code: 0, complaints: [] });
  });

  it('starts without rights, on a read-only file system', async () => {
    await proxy.start();
    // It would like to be root for a moment, and goes on without.
    const complaints = proxy
      .log()
      .split('\n')
      .filter((line) => /WARNING|ERROR|FATAL/.test(line) && !line.includes('no_suid: setuid(0)'));
    expect(complaints).toEqual([]);
  });

  it.each([
    ['an exact host', 'api.git.test:443', PUBLIC],
    ['an exact host in upper case', 'API.Git.TEST:443', PUBLIC],
    ['an exact host with a trailing dot', 'api.git.test.:443', PUBLIC],
    ['one label below a host', 'x.one.test:443', PUBLIC],
    ['any label below a host', 'a.any.test:443', PUBLIC],
    ['any labels below a host', 'a.b.any.test:443', PUBLIC],
    ['a public IPv6 address', 'six.any.test:443', '2001:db8::10'],
  ])('lets through to %s', async (_, target, origin) => {
    expect(await tunnel(target)).toEqual({ origin: `${origin} 443`, status: 200 });
  });

  it.each([22, 8443])('lets through to port %i where it is intended', async (port) => {
    expect(await tunnel(`ssh.test:${port}`)).toEqual({ origin: `${PUBLIC} ${port}`, status: 200 });
  });

  it.each([
    ['twin', 'api.git.test'],
    ['bob', 'bob.test'],
    ['mcp', 'mcp.test'],
    ['hosted', 'hosted.test'],
    ['github', 'api.github.com'],
    ['gateway', 'api.anthropic.com'],
  ])('lets %s through to its own host', async (client, host) => {
    expect(await tunnel(`${host}:443`, as(client))).toEqual({ origin: `${PUBLIC} 443`, status: 200 });
  });

  it.each([
    ['two labels where one is meant', 'y.c.one.test:443'],
    ['the bare name where one label is meant', 'one.test:443'],
    ['the bare name where labels are meant', 'any.test:443'],
    ['a name that only ends alike', 'x.notone.test:443'],
    ['a host below an exact one', 'x.api.git.test:443'],
    ["another agent's host", 'bob.test:443'],
    ["the gateway's host", 'api.anthropic.com:443'],
    ['an unknown host', 'evil.test:443'],
    ['a port of another of its hosts', 'api.git.test:22'],
    ['a port of nobody', 'api.git.test:9999'],
    ['the standard port, where another one is meant', 'ssh.test:443'],
    ['a tunnel to port 80', 'docs.test:80'],
    ['an IPv4 address', `${PUBLIC}:443`],
    ['an IPv6 address', '[2001:db8::10]:443'],
    ['a decimal address', '3405803786:443'],
    ['a hexadecimal address', '0xcb00710a:443'],
    ['an octal address', '0313.0.0161.012:443'],
    ['a name with a private address', 'ten.any.test:443'],
    ['a name with a public and a private address', 'mixed.any.test:443'],
    ['a name with the metadata address', 'metadata.any.test:443'],
    ['a name with a private IPv6 address', 'unique.any.test:443'],
    ['a name with a private address within an IPv6 address', 'mapped.any.test:443'],
    ['the proxy itself', 'localhost:3128'],
  ])('refuses %s', async (_, target) => {
    expect(await tunnel(target)).toEqual({ origin: '', status: 403 });
  });

  it('refuses a client without intents', async () => {
    expect((await tunnel('api.git.test:443', as('nobody'))).status).toBe(403);
  });

  it.each([
    ['no credentials', undefined],
    ['a wrong password', 'ada:wrong'],
    ['an empty password', 'ada:'],
    ["another's password", `ada:${passwordOf('bob')}`],
    ['an unknown name', 'eve:eve'],
    ['a name in upper case', `ADA:${passwordOf('ada')}`],
    ['a path as a name', `../agents/ada:${passwordOf('ada')}`],
    ['a path as a name, encoded', `%2e%2e%2fagents%2fada:${passwordOf('ada')}`],
    ['a password and more', `${as('ada')} ${passwordOf('ada')}`],
    ['a line break', `ada:x\nada ${passwordOf('ada')}`],
  ])('asks for credentials after %s', async (_, credentials) => {
    expect(await request('CONNECT', 'api.git.test:443', credentials)).toEqual({ origin: '', status: 407 });
  });

  it.each([
    ['GET', 'http://docs.test/', 200],
    ['HEAD', 'http://docs.test/', 200],
    ['POST', 'http://docs.test/', 403],
    ['DELETE', 'http://docs.test/', 403],
    ['GET', 'http://docs.test:8443/', 403],
    ['GET', 'http://api.git.test/', 403],
    ['GET', 'http://private.docs.test/', 403],
    ['POST', 'http://private.docs.test/', 403],
    ['GET', 'ftp://docs.test:80/', 403],
    ['GET', 'https://docs.test:80/', 403],
    ['GET', 'http://egress.acme:3128/squid-internal-mgr/menu', 403],
  ])('answers %s %s with %i', async (method, target, status) => {
    expect((await request(method, target, as('ada'))).status).toBe(status);
  });

  it('asks DNS for names on the list only', async () => {
    const before = (await namespace.names()).length;
    expect(await tunnel('unknown-to-dns.test:443')).toEqual({ origin: '', status: 500 });
    for (const host of ['never.test', 'bob.never.test']) expect((await tunnel(`${host}:443`)).status).toBe(403);
    expect(new Set((await namespace.names()).slice(before))).toEqual(new Set(['unknown-to-dns.test']));
  });

  it('logs who was refused, and nobody who only knocked', async () => {
    await tunnel('evil.test:443');
    await tunnel('api.git.test:9999');
    await request('', '');
    expect(proxy.log()).toMatch(/agent=ada client=127\.0\.0\.1 method=CONNECT url=evil\.test:443 status=403 why=TCP_DENIED/);
    expect(proxy.log()).toMatch(/agent=ada client=127\.0\.0\.1 method=CONNECT url=api\.git\.test:9999 status=403 why=TCP_DENIED/);
    expect(proxy.log()).not.toContain('error:transaction-end-before-headers');
    expect(proxy.log()).not.toContain(passwordOf('ada'));
  });

  it('takes a new password without a restart', async () => {
    proxy.setPassword('bob', 'a-new-password-for-bob\n');
    expect((await tunnel('bob.test:443', 'bob:a-new-password-for-bob')).status).toBe(200);
    expect((await tunnel('bob.test:443', as('bob'))).status).toBe(407);
  });

  it('lets open tunnels end when it is stopped, and takes no new ones', async () => {
    const open = namespace.request({ credentials: as('ada'), method: 'CONNECT', silence: 2000, target: 'api.git.test:443' });
    await sleep(500);
    proxy.terminate();
    await sleep(500);
    expect((await tunnel('api.git.test:443')).status).toBe(0);
    expect(await open).toEqual({ origin: `${PUBLIC} 443`, status: 200 });
  });
});
