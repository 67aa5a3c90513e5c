import { hash } from 'node:crypto';
import { valid } from 'semver';
import type { Candidate } from './candidate.ts';
import { type Answer, isLoopback, request, type RequestOptions } from './http.ts';
import { answerChallenge, loginHint } from './oci-auth.ts';
import { unresolved } from './unresolved.ts';

/** A tag of an image that is a version. */
export interface ImageVersion extends Candidate {
  readonly tag: string;
}

const MOST_PAGES = 100;
/** For all requests about one repository together. */
const TIMEOUT_MS = 90_000;
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * One repository of an image registry, read through its HTTP API.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export class ImageRepository {
  readonly #host: string;
  readonly #name: string;
  readonly #deadline = AbortSignal.timeout(TIMEOUT_MS);
  #authorization: string | undefined;

  /** @param image registry and repository: `registry.example.com/mcp/search` */
  constructor(image: string) {
    const slash = image.indexOf('/');
    this.#host = image.slice(0, slash);
    this.#name = image.slice(slash + 1);
  }

  /**
   * Its tags that are versions, such as `1.4.0` and `v1.4.0`. Where two say the same version, the one without 'v' counts.
   *
   * @throws FleetwrightError FW_TOOLS_UNRESOLVED
   */
  async versions(): Promise<ImageVersion[]> {
    const tags = await this.#tags();
    const versions = new Map<string, ImageVersion>();
    for (const tag of tags.sort()) {
      const version = valid(tag);
      if (version !== null && !versions.has(version)) versions.set(version, { deprecated: false, tag, version });
    }
    return [...versions.values()];
  }

  /**
   * The digest of what a tag names now.
   *
   * @throws FleetwrightError FW_TOOLS_UNRESOLVED
   */
  async digest(tag: string): Promise<string> {
    const url = this.#url(`manifests/${tag}`);
    const head = await this.#ask(url, { headers: { accept: MANIFESTS }, method: 'HEAD' });
    const told = head.headers.get('docker-content-digest');
    if (told !== null && /^sha256:[0-9a-f]{64}$/.test(told)) return told;
    // Registries need not say it; the digest of the manifest's bytes is the same.
    const { body } = await this.#ask(url, { headers: { accept: MANIFESTS } });
    return `sha256:${hash('sha256', body, 'hex')}`;
  }

  async #tags(): Promise<string[]> {
    const tags: string[] = [];
    let url: URL | undefined = this.#url('tags/list?n=1000');
    for (let page = 0; url !== undefined; page++) {
      if (page === MOST_PAGES) throw unresolved(`${this.#host} lists more than ${MOST_PAGES} pages of tags of '${this.#name}'`);
      const { body, headers }: Answer = await this.#ask(url);
      tags.push(...tagsIn(body, this.#host));
      url = nextPage(headers.get('link'), url);
    }
    return tags;
  }

  async #ask(url: URL, { headers = {}, ...options }: RequestOptions = {}): Promise<Answer> {
    const ask = () =>
      request(url, {
        ...options,
        signal: this.#deadline,
        headers: { ...headers, ...(this.#authorization !== undefined && { authorization: this.#authorization }) },
      });
    let answer = await ask();
    const challenge = answer.status === 401 ? answer.headers.get('www-authenticate') : null;
    if (challenge !== null && this.#authorization === undefined) {
      this.#authorization = await answerChallenge(challenge, this.#host, this.#name);
      answer = await ask();
    }
    if (answer.status === 200) return answer;
    if (answer.status === 404)
      throw unresolved(`${this.#host} has no '${url.pathname.slice('/v2/'.length)}'; check the image in tools.yaml`);
    if (answer.status === 401 || answer.status === 403)
      throw unresolved(`${this.#host} refuses to show '${this.#name}'; ${loginHint(this.#host)}`);
    throw unresolved(`${this.#host} answered with status ${answer.status}; try again later, or work offline with the lock as it is`);
  }

  #url(path: string): URL {
    const scheme = isLoopback(this.#host.replace(/:\d+$/, '')) ? 'http' : 'https';
    return new URL(`${scheme}://${this.#host}/v2/${this.#name}/${path}`);
  }
}

function tagsIn(body: Buffer, host: string): string[] {
  try {
    const { tags } = JSON.parse(body.toString()) as { tags?: unknown };
    if (tags === null) return [];
    if (Array.isArray(tags)) return tags.filter((tag) => typeof tag === 'string' && /^\w[-\w.]{0,127}$/.test(tag)) as string[];
  } catch {
    // Told of below.
  }
  throw unresolved(`${host} is no image registry, as it answered with something else than a list of tags`);
}

/** The page after this one. It is of the same registry, which gets the same token. */
function nextPage(link: string | null, from: URL): URL | undefined {
  const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined || !URL.canParse(target, from.href)) return undefined;
  const next = new URL(target, from);
  if (next.origin !== from.origin) throw unresolved(`${from.host} continues its list of tags at ${next.host}, which is not followed`);
  return next;
}
