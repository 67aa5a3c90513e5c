import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ImageRepository } from './oci.ts';
import { nobody, serve } from './testing/http-server.ts';
import { ImageRegistry, type ImageRegistryOptions } from './testing/image-registry.ts';

async function aRepository(options?: ImageRegistryOptions): Promise<{ registry: ImageRegistry; repository: ImageRepository }> {
  const registry = await ImageRegistry.start(options);
  return { registry, repository: new ImageRepository(`${registry.host}/mcp/search`) };
}

/** What `docker login` leaves, until the test ends. */
function logIn(host: string, password: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-docker-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth: Buffer.from(password).toString('base64') } } }));
  vi.stubEnv('DOCKER_CONFIG', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
}

describe('ImageRepository', () => {
  it('finds the tags that are versions, and of two that say the same the one without v', async () => {
    const { registry, repository } = await aRepository({ open: true });
    for (const tag of ['latest', 'v1.2.0', '1.2', '1.2.0', 'v1.3.0-alpine', '01.2.3', 'sha256-abc.sig']) registry.push(tag);
    expect(await repository.versions()).toEqual([
      { deprecated: false, tag: '1.2.0', version: '1.2.0' },
      { deprecated: false, tag: 'v1.3.0-alpine', version: '1.3.0-alpine' },
    ]);
  });

  it('gets a token for this repository once, and reads all pages with it', async () => {
    const { registry, repository } = await aRepository({ pageSize: 2 });
    const tags = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0'];
    const digests = tags.map((tag) => registry.push(tag));
    expect((await repository.versions()).map(({ tag }) => tag)).toEqual(tags);
    expect(await repository.digest('1.4.0')).toBe(digests[4]);
    expect(registry.asked).toEqual([
      'GET /v2/mcp/search/tags/list?n=1000',
      'GET /token?service=test&scope=repository%3Amcp%2Fsearch%3Apull',
      'GET /v2/mcp/search/tags/list?n=1000',
      'GET /v2/mcp/search/tags/list?last=2',
      'GET /v2/mcp/search/tags/list?last=4',
      'HEAD /v2/mcp/search/manifests/1.4.0',
    ]);
  });

  it('takes the digest of the bytes where the registry does not say it', async () => {
    const { registry, repository } = await aRepository({ open: true, silent: true });
    expect(await repository.digest(registry.push('1.0.0') && '1.0.0')).toBe(registry.push('1.0.0'));
  });

  it('signs in as docker has', async () => {
    const { registry, repository } = await aRepository({ password: 'ada:secret' });
    registry.push('1.0.0');
    await expect(repository.versions()).rejects.toThrow(
      `${registry.host} gives no token for 'mcp/search' (status 401); check the name, or log in with 'docker login ${registry.host}'; passwords in a credential helper are not read [FW_TOOLS_UNRESOLVED]`,
    );
    logIn(registry.host, 'ada:wrong');
    await expect(repository.versions()).rejects.toThrow(`the password that 'docker login' has kept for ${registry.host} may be wrong`);
    logIn(registry.host, 'ada:secret');
    expect(await repository.versions()).toHaveLength(1);
  });

  it('answers a registry that asks for a password itself', async () => {
    const secret = `Basic ${Buffer.from('ada:secret').toString('base64')}`;
    const host = await serve((request, response) => {
      if (request.headers.authorization === secret) response.end('{"tags":["1.0.0"]}');
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
    });
    const repository = new ImageRepository(`${host}/mcp/search`);
    await expect(repository.versions()).rejects.toThrow(
      `${host} asks for a password: log in with 'docker login ${host}' [FW_TOOLS_UNRESOLVED]`,
    );
    logIn(host, 'ada:secret');
    expect(await repository.versions()).toHaveLength(1);
  });

  it('says what is not there', async () => {
    const { registry, repository } = await aRepository({ open: true });
    await expect(repository.digest('9.9.9')).rejects.toThrow(
      `${registry.host} has no 'mcp/search/manifests/9.9.9'; check the image in tools.yaml`,
    );
    await expect(new ImageRepository(`${registry.host}/other`).versions()).rejects.toThrow(`${registry.host} has no 'other/tags/list'`);
  });

  it('says that nobody answers', async () => {
    const host = await nobody();
    await expect(new ImageRepository(`${host}/mcp/search`).versions()).rejects.toThrow(`${host} cannot be reached: ECONNREFUSED`);
  });

  it.each<[string, Parameters<typeof serve>[0], string]>([
    [
      'sends on',
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'sends requests on to another address',
    ],
    ['answers without end', (_, response) => void response.end('x'.repeat(5 * 1024 * 1024)), 'answered with more than 4 MiB'],
    ['is broken', (_, response) => void response.writeHead(503).end(), 'answered with status 503; try again later'],
    ['refuses', (_, response) => void response.writeHead(403).end(), "refuses to show 'mcp/search'; check the name"],
    [
      'lists tags in a circle',
      (_, response) => void response.writeHead(200, { link: '<?next>; rel="next"' }).end('{"tags":[]}'),
      'lists more than 100 pages',
    ],
    [
      'goes on elsewhere',
      (_, response) => void response.writeHead(200, { link: '<http://127.0.0.1:1/>; rel="next"' }).end('{"tags":[]}'),
      'continues its list of tags at 127.0.0.1:1',
    ],
    [
      'asks for something odd',
      (_, response) => void response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end(),
      'a way of signing in that is not known',
    ],
    [
      'hands out no token',
      (request, response) => answerWithRealm(request.headers.host ?? '', request.url ?? '', response),
      'answered without a token',
    ],
  ])('tells of a registry that %s', async (_, listener, message) => {
    const host = await serve(listener);
    await expect(new ImageRepository(`${host}/mcp/search`).versions()).rejects.toThrow(message);
  });

  it('asks other machines by https only, and gives no password to a token service without', async () => {
    const { answerChallenge } = await import('./oci-auth.ts');
    await expect(answerChallenge('Bearer realm="http://127.0.0.1:1/token"', 'images.example.com', 'a')).rejects.toThrow(
      'images.example.com hands out its tokens without encryption',
    );
    const { request } = await import('./http.ts');
    await expect(request(new URL('http://images.example.com/v2/'))).rejects.toThrow('http://images.example.com is asked by https only');
    await expect(request(new URL('file:///etc/passwd'))).rejects.toThrow('is asked by https only');
  });
});

function answerWithRealm(
  host: string,
  path: string,
  response: { writeHead: (status: number, headers?: Record<string, string>) => { end: (text?: string) => void } },
): void {
  if (path.startsWith('/token')) response.writeHead(200).end('{"token":"a b"}');
  else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token"` }).end();
}
