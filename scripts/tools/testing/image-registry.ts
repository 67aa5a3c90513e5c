import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './http-server.ts';

const TOKEN = 'a-token-for-one-repository';

/** What a test wants of its registry. */
export interface ImageRegistryOptions {
  /** User and password that the token service asks for; by default it gives tokens to everybody. */
  readonly password?: string;
  /** Who may read, without any token; by default nobody. */
  readonly open?: boolean;
  /** Tags on a page; by default all. */
  readonly pageSize?: number;
  /** Leaves out the header that says the digest. */
  readonly silent?: boolean;
}

/** An image registry on this machine that speaks the distribution API, with the token service that most have before it. */
export class ImageRegistry {
  /** `127.0.0.1:<port>` */
  host = '';
  /** Methods and paths that were asked for. */
  readonly asked: string[] = [];
  readonly #options: ImageRegistryOptions;
  /** Tag → manifest. */
  readonly #tags = new Map<string, string>();

  static async start(options: ImageRegistryOptions = {}): Promise<ImageRegistry> {
    const registry = new ImageRegistry(options);
    registry.host = await serve((request, response) => registry.#answer(request, response));
    return registry;
  }

  private constructor(options: ImageRegistryOptions) {
    this.#options = options;
  }

  /** Tags an image of `mcp/search`, and answers with its digest. */
  push(tag: string, content = tag): string {
    const manifest = JSON.stringify({ content, schemaVersion: 2 });
    this.#tags.set(tag, manifest);
    return `sha256:${hash('sha256', manifest, 'hex')}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', `http://${this.host}`);
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (url.pathname === '/token') return this.#giveToken(request, response, url);
    if (this.#options.open !== true && request.headers.authorization !== `Bearer ${TOKEN}`) {
      const challenge = `Bearer realm="http://${this.host}/token",service="test",scope="repository:other:pull"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    if (url.pathname === '/v2/mcp/search/tags/list') return this.#listTags(response, url);
    const tag = url.pathname.replace('/v2/mcp/search/manifests/', '');
    const manifest = this.#tags.get(tag);
    if (manifest === undefined) return void response.writeHead(404).end();
    const digest = { 'docker-content-digest': `sha256:${hash('sha256', manifest, 'hex')}` };
    response.writeHead(200, {
      'content-type': 'application/vnd.oci.image.index.v1+json',
      ...(this.#options.silent === true ? {} : digest),
    });
    response.end(request.method === 'HEAD' ? undefined : manifest);
  }

  #giveToken(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const { password } = this.#options;
    const isKnown = password === undefined || request.headers.authorization === `Basic ${Buffer.from(password).toString('base64')}`;
    const isRight = url.searchParams.get('scope') === 'repository:mcp/search:pull' && url.searchParams.get('service') === 'test';
    response.writeHead(isKnown && isRight ? 200 : 401).end(JSON.stringify(isKnown && isRight ? { token: TOKEN } : {}));
  }

  #listTags(response: ServerResponse, url: URL): void {
    const tags = [...this.#tags.keys()];
    const from = Number(url.searchParams.get('last') ?? 0);
    const to = from + (this.#options.pageSize ?? tags.length);
    const link = to < tags.length ? { link: `</v2/mcp/search/tags/list?last=${to}>; rel="next"` } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...link }).end(JSON.stringify({ tags: tags.slice(from, to) }));
  }
}
