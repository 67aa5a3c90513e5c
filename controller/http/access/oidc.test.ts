import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOptions } from '../program/options.ts';
import { checkUrl, readClaims } from './issuers.ts';
import { Oidc } from './oidc.ts';

const AUDIENCE = 'fleetwright';

describe('Oidc', () => {
  let server: Server;
  let issuer = '';
  let oidc: Oidc;
  let away = false;
  let asked: string[] = [];
  let document: object = {};
  let published: object[] = [];
  const keys = generateKeyPair('ES256');
  const others = generateKeyPair('ES256');

  beforeAll(async () => {
    published = [{ ...(await exportJWK((await keys).publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (away) return request.socket.destroy();
      return response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(request.url === '/keys' ? { keys: published } : document));
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    document = { issuer, jwks_uri: `${issuer}/keys` };
  });
  afterAll(() => server.close());
  beforeEach(() => {
    asked = [];
    oidc = new Oidc({ issuer, audience: AUDIENCE, groupsClaim: 'groups' });
  });

  interface Made {
    readonly claims?: JWTPayload;
    readonly key?: Parameters<SignJWT['sign']>[0];
    readonly alg?: string;
    readonly kid?: string;
    readonly expires?: string | null;
  }

  async function aToken({ claims = {}, key, alg = 'ES256', kid = 'one', expires = '1h' }: Made = {}): Promise<string> {
    const all = { iss: issuer, aud: AUDIENCE, sub: 'u-1', preferred_username: 'ada', groups: ['fleetwright:acme:operator'], ...claims };
    const jwt = new SignJWT(all).setProtectedHeader({ alg, kid });
    if (expires !== null) jwt.setExpirationTime(expires);
    return jwt.sign(key ?? (await keys).privateKey);
  }

  it('gives people the role of their group', async () => {
    const found = await oidc.identify(await aToken(), 'acme');
    expect(found).toEqual({
      token: expect.stringMatching(/^person:[0-9a-f]{32}$/),
      name: 'ada',
      org: 'acme',
      role: 'operator',
      agents: [],
      until: expect.any(Number),
    });
    expect(found?.until).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it.each([
    [['fleetwright:acme:viewer', 'fleetwright:acme:admin', 'fleetwright:acme:operator'], 'acme', 'acme admin'],
    [['fleetwright:acme:viewer', 'fleetwright:other:admin'], 'other', 'other admin'],
    [['fleetwright:acme:viewer', 'fleetwright:other:admin'], 'third', 'acme viewer'],
    [['fleetwright:zeta:viewer', 'fleetwright:acme:admin'], undefined, 'acme admin'],
    ['fleetwright:acme:viewer', 'acme', 'acme viewer'],
    [['fleetwright:acme:worker'], 'acme', 'nobody'],
    [['fleetwright:acme:admin '], 'acme', 'nobody'],
    [['xfleetwright:acme:admin', 'fleetwright:acme:root', 'fleetwright::admin', 7, null], 'acme', 'nobody'],
    [[], 'acme', 'nobody'],
    [undefined, 'acme', 'nobody'],
  ])('makes of the groups %j, for a request about %s: %s', async (groups, org, who) => {
    const found = await oidc.identify(await aToken({ claims: { groups } }), org);
    expect(found === undefined ? 'nobody' : `${found.org} ${found.role}`).toBe(who);
  });

  it.each<readonly [string, () => Made | Promise<Made>]>([
    ['signed by another key', async () => ({ key: (await others).privateKey })],
    ['of an unknown key', async () => ({ key: (await others).privateKey, kid: 'two' })],
    ['for another audience', () => ({ claims: { aud: 'another' } })],
    ['of another issuer', () => ({ claims: { iss: 'https://evil.example.com' } })],
    ['that has ended', () => ({ expires: '-1m' })],
    ['without an end', () => ({ expires: null })],
    ['from the future', () => ({ claims: { nbf: Date.now() / 1000 + 600 } })],
    ['without a subject', () => ({ claims: { sub: undefined } })],
    [
      'signed with the public key as a secret',
      async () => ({ alg: 'HS256', key: Buffer.from(JSON.stringify(await exportJWK((await keys).publicKey))) }),
    ],
  ])('refuses a token %s', async (_, make) => {
    expect(await oidc.identify(await aToken(await make()), 'acme')).toBeUndefined();
  });

  it('refuses a token that nobody has signed', async () => {
    const [, payload] = (await aToken()).split('.');
    for (const head of ['{"alg":"none"}', '{"alg":"ES256","kid":"one"}', 'nonsense'])
      expect(await oidc.identify(`${Buffer.from(head).toString('base64url')}.${payload}.AAAA`, 'acme')).toBeUndefined();
  });

  it('fetches the keys once, and does not ask again for each unknown one', async () => {
    await Promise.all(Array.from({ length: 20 }, async () => oidc.identify(await aToken(), 'acme')));
    for (let i = 0; i < 20; i += 1) await oidc.identify(await aToken({ kid: `made-up-${i}`, key: (await others).privateKey }), 'acme');
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it('says that it cannot tell, while the provider is away, and asks it no more for a while', async () => {
    away = true;
    const token = await aToken();
    for (let i = 0; i < 5; i += 1) await expect(oidc.identify(token, 'acme')).rejects.toMatchObject({ code: 'FW_UNAVAILABLE' });
    expect(asked).toHaveLength(1);
    away = false;
  });

  it('does not believe a provider that has another name', async () => {
    const usual = document;
    document = { issuer: 'https://evil.example.com', jwks_uri: `${issuer}/keys` };
    await expect(oidc.identify(await aToken(), 'acme')).rejects.toMatchObject({ code: 'FW_UNAVAILABLE' });
    document = usual;
  });

  it('leaves out of a name what would speak to a terminal', async () => {
    const found = await oidc.identify(await aToken({ claims: { preferred_username: `a\u001B[31md\u202Ea${'x'.repeat(200)}` } }), 'acme');
    expect(found?.name).toBe(`a[31mda${'x'.repeat(121)}`);
  });
});

it.each(['', 'a.b', 'a.b.c', 'fw_0123456789abcdef_x', `a.${Buffer.from('[1]').toString('base64url')}.c`, `a.${'b'.repeat(7000)}.c`])(
  'takes %j for no such token',
  (token) => {
    expect(readClaims(token)).toBeUndefined();
  },
);

it.each(['http://idp.example.com', 'ftp://127.0.0.1', 'nonsense'])('does not fetch keys from %s', (url) => {
  expect(() => checkUrl(url)).toThrow(/https:|Invalid URL/);
});

it.each([
  [['--oidc-issuer', 'https://a.example.com'], "'--oidc-issuer', '--oidc-audience' belong together; '--oidc-audience' is missing"],
  [['--oidc-issuer', 'http://a.example.com', '--oidc-audience', 'x'], "'http://a.example.com' must begin with https://"],
  [
    ['--kubernetes', 'https://a.example.com'],
    "'--kubernetes', '--kubernetes-token', '--kubernetes-ca' belong together; '--kubernetes-token' and '--kubernetes-ca' is missing",
  ],
  [
    ['--kubernetes', 'http://a', '--kubernetes-token', 'x', '--kubernetes-ca', 'y'],
    "'--kubernetes' must be a URL that begins with https://, got 'http://a'",
  ],
])('refuses the options %j', (args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
});
