import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

/** Where pods find the certificate of the API server's authority, and their token. */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 10_000;

/** As whom we write. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers */
const MANAGER = 'fieldManager=fleetwright-dispatcher';

/** Where a cluster's API is, and who asks. */
export interface ClusterAccess {
  /** Such as `https://10.96.0.1:443`. */
  readonly url: string;
  /** File of the bearer token; read before each request, as the kubelet replaces it. */
  readonly tokenFile: string;
  /** File with the certificate of the authority that signed the server's. */
  readonly caFile: string;
}

/** An object, as far as all are alike. */
export interface ApiObject {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: Readonly<Record<string, string>> };
}

/** The API server refused, or did not answer: then `status` is 0. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }

  /** Whether it passes by itself: the server is away, busy or in trouble. */
  get passes(): boolean {
    return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 500;
  }
}

/** What is wrong with one thing keeps nobody from the others; what is wrong with the server does. For `catch`. */
export function unlessPassing(tell: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof KubernetesError) || error.passes) throw error;
    tell(error);
  };
}

/** Access from within a pod, if this is one that has a token. */
export function accessFromPod(environment: Readonly<Record<string, string | undefined>>): ClusterAccess | undefined {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  if (host === undefined || !existsSync(`${ACCOUNT}/token`)) return undefined;
  const address = host.includes(':') ? `[${host}]` : host;
  const url = `https://${address}:${environment['KUBERNETES_SERVICE_PORT_HTTPS'] ?? '443'}`;
  return { url, tokenFile: `${ACCOUNT}/token`, caFile: `${ACCOUNT}/ca.crt` };
}

interface Call {
  readonly body?: unknown;
  readonly type?: string;
  readonly signal?: AbortSignal;
}

/** The few calls to the API of Kubernetes that the controller makes, over connections that stay open. */
export class Kubernetes {
  readonly #access: ClusterAccess;
  readonly #agent: Agent;

  /** @throws Error if the certificate cannot be read */
  constructor(access: ClusterAccess) {
    this.#access = access;
    this.#agent = new Agent({ keepAlive: true, ca: readFileSync(access.caFile) });
  }

  /** Reads an object or a list. @throws KubernetesError */
  async get<Answer>(path: string): Promise<Answer> {
    return (await this.#json('GET', path)) as Answer;
  }

  /** Makes an object; a field that the server does not know is an error. @throws KubernetesError, with status 409 if there is one of its name */
  async create<Answer>(path: string, body: unknown): Promise<Answer> {
    return (await this.#json('POST', `${path}?${MANAGER}&fieldValidation=Strict`, { body })) as Answer;
  }

  /** Changes the fields that `body` has. @throws KubernetesError */
  async merge(path: string, body: unknown): Promise<void> {
    await this.#json('PATCH', `${path}?${MANAGER}`, { body, type: 'application/merge-patch+json' });
  }

  /** Deletes the very object with this uid, and then what belongs to it. That it is gone already is no error. @throws KubernetesError */
  async delete(path: string, uid: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, propagationPolicy: 'Background' };
    await this.#json('DELETE', path, { body }).catch((error: unknown) => {
      if (!(error instanceof KubernetesError) || (error.status !== 404 && error.status !== 409)) throw error;
    });
  }

  /** A stream of lines, each a JSON value, until the server ends it or the signal does. @throws KubernetesError */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator {
    const incoming = await this.#send('GET', path, { signal });
    try {
      let rest = '';
      for await (const chunk of incoming.setEncoding('utf8')) {
        const pieces = (rest + String(chunk)).split('\n');
        rest = pieces.pop() ?? '';
        for (const piece of pieces) yield JSON.parse(piece);
      }
    } catch (cause) {
      throw new KubernetesError(0, 'The stream of changes broke off', { cause });
    } finally {
      incoming.destroy();
    }
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #json(method: string, path: string, call: Call = {}): Promise<unknown> {
    const incoming = await this.#send(method, path, { signal: AbortSignal.timeout(ANSWER_MS), ...call });
    try {
      return JSON.parse(await text(incoming));
    } catch (cause) {
      throw new KubernetesError(0, `The API server broke off its answer to ${method} ${withoutQuery(path)}`, { cause });
    }
  }

  /** @throws KubernetesError unless the server grants the request */
  async #send(method: string, path: string, { body, type = 'application/json', signal }: Call): Promise<IncomingMessage> {
    const { url, tokenFile } = this.#access;
    const token = (await readFile(tokenFile, 'utf8')).trim();
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const entity = payload === undefined ? {} : { 'content-type': type, 'content-length': payload.length };
    const headers = { accept: 'application/json', authorization: `Bearer ${token}`, ...entity };
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const away = (cause: unknown) => reject(new KubernetesError(0, `The API server at ${url} does not answer`, { cause }));
      request(new URL(path, url), { method, headers, agent: this.#agent, ...(signal === undefined ? {} : { signal }) }, resolve)
        .on('error', away)
        .end(payload);
    });
    const { statusCode = 0 } = incoming;
    if (statusCode < 300) return incoming;
    const message = messageOf(await text(incoming).catch(() => ''));
    throw new KubernetesError(statusCode, `${method} ${withoutQuery(path)}: ${statusCode} ${message}`.slice(0, 1000));
  }
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*/s, '');
}

/** What a refusal says. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { readonly message?: string }).message ?? body;
  } catch {
    return body;
  }
}
