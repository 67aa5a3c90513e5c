import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubernetesError } from '../../jobs/index.ts';
import { openApi, type TestApi } from '../testing/index.ts';
import { readClaims } from './issuers.ts';
import { ServiceAccounts } from './service-accounts.ts';

const AUDIENCE = 'fleetwright-dispatcher';
const ACCOUNT = 'system:serviceaccount:acme-ns:coder';
const FLEET = {
  contract: '1.0',
  orgs: { acme: { namespace: 'acme-ns', agents: { coder: { mode: 'job' } } }, nowhere: { agents: { coder: { mode: 'job' } } } },
} as const;

/** A token as it looks. Whether it is good only the API server knows, whose answers are made up here: what it says to real ones is tested with it. */
function aToken(claims: object = {}): string {
  const all = { sub: ACCOUNT, aud: [AUDIENCE], exp: Date.now() / 1000 + 3600, ...claims };
  return ['{}', JSON.stringify(all), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

const GOOD = { authenticated: true, audiences: [AUDIENCE], user: { username: ACCOUNT } };

describe('ServiceAccounts', () => {
  let answer: () => Promise<unknown> = async () => ({ status: GOOD });
  let asked = 0;
  const create = async <Answer>() => {
    asked += 1;
    return (await answer()) as Answer;
  };
  let accounts = new ServiceAccounts({ create }, FLEET);

  beforeEach(() => {
    asked = 0;
    answer = async () => ({ status: GOOD });
    accounts = new ServiceAccounts({ create }, FLEET);
    vi.useFakeTimers({ toFake: ['Date'] });
    return () => vi.useRealTimers();
  });

  it('tells the org by the namespace and the agent by the account', async () => {
    expect(await accounts.identify(aToken())).toEqual({
      token: 'pod:acme/coder',
      name: 'coder',
      org: 'acme',
      role: 'worker',
      agents: ['coder'],
    });
  });

  it.each([
    ['not authenticated', { ...GOOD, authenticated: false }],
    ['for others', { ...GOOD, audiences: ['https://kubernetes.default.svc'] }],
    ['without an audience', { authenticated: true, user: { username: ACCOUNT } }],
    ['of a user', { ...GOOD, user: { username: 'admin' } }],
    ['of another namespace', { ...GOOD, user: { username: 'system:serviceaccount:other:coder' } }],
    ['of an account that is no agent', { ...GOOD, user: { username: 'system:serviceaccount:acme-ns:__proto__' } }],
    ['of nobody', {}],
    ['without a status', undefined],
  ])('refuses a token that the API server calls %s, whatever the token says', async (_, status) => {
    answer = async () => ({ status });
    expect(await accounts.identify(aToken())).toBeUndefined();
  });

  it.each([
    [{ sub: 'system:serviceaccount:other:coder' }, false],
    [{ sub: 'system:serviceaccount:nowhere:coder' }, false],
    [{ sub: 'coder' }, false],
    [{ sub: 7 }, false],
    [{ aud: 'another' }, false],
    [{ aud: AUDIENCE }, true],
    [{}, true],
  ])('asks the API server about a token with %j: %s', (claims, is) => {
    expect(accounts.claims(readClaims(aToken(claims)) ?? {})).toBe(is);
  });

  it('asks once for many requests at once, and again after a minute', async () => {
    const token = aToken();
    const found = await Promise.all(Array.from({ length: 64 }, async () => accounts.identify(token)));
    expect(found.every((identity) => identity?.org === 'acme')).toBe(true);
    expect(asked).toBe(1);
    vi.setSystemTime(Date.now() + 59_000);
    await accounts.identify(token);
    expect(asked).toBe(1);
    answer = async () => ({ status: { authenticated: false } });
    vi.setSystemTime(Date.now() + 2000);
    expect(await accounts.identify(token)).toBeUndefined();
    expect(asked).toBe(2);
  });

  it('takes no token beyond its end, and asks nobody about one that has ended', async () => {
    const token = aToken({ exp: Date.now() / 1000 + 10 });
    await accounts.identify(token);
    vi.setSystemTime(Date.now() + 11_000);
    expect(await accounts.identify(token)).toBeUndefined();
    expect(await accounts.identify(aToken({ exp: 'never' }))).toBeUndefined();
    expect(asked).toBe(1);
  });

  it('looks at a refused token again after ten seconds: an agent may be new', async () => {
    const token = aToken();
    answer = async () => ({ status: { authenticated: false } });
    expect(await accounts.identify(token)).toBeUndefined();
    answer = async () => ({ status: GOOD });
    expect(await accounts.identify(token)).toBeUndefined();
    vi.setSystemTime(Date.now() + 11_000);
    expect((await accounts.identify(token))?.org).toBe('acme');
  });

  it('asks only so many questions at once', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    answer = async () => promise;
    const many = Array.from({ length: 256 }, async (_, i) => accounts.identify(aToken({ jti: i })));
    await expect(accounts.identify(aToken({ jti: 'one more' }))).rejects.toMatchObject({ code: 'FW_UNAVAILABLE' });
    resolve({ status: GOOD });
    await Promise.all(many);
    expect((await accounts.identify(aToken({ jti: 'one more' })))?.org).toBe('acme');
  });
});

describe('the API, when the API server is away', () => {
  let api: TestApi;

  beforeAll(async () => {
    const create = async () => {
      throw new KubernetesError(0, 'away');
    };
    api = await openApi({ issuers: [new ServiceAccounts({ create }, FLEET)] });
  }, 60_000);
  afterAll(async () => api.close());

  it('asks workers to come back, and serves those with tokens of its own', async () => {
    const whoAmI = async (token: string) =>
      api.app.inject({ method: 'GET', url: '/v1/whoami', headers: { authorization: `Bearer ${token}` } });
    const reply = await whoAmI(aToken());
    expect([reply.statusCode, reply.headers['retry-after'], reply.json<{ code: string }>().code]).toEqual([503, '1', 'FW_UNAVAILABLE']);
    expect((await whoAmI(aToken({ sub: 'x' }))).statusCode).toBe(401);
    expect((await api.call('worker', 'GET', '/v1/whoami')).status).toBe(200);
  });
});
