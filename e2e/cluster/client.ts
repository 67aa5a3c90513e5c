import { Agent, request } from 'node:https';
import { type ApiAnswer, describeAnswer, readAnswer } from './answer.ts';
import type { KeyPair } from './certificates.ts';
import { type ApiObject, ResourcePaths } from './resource-paths.ts';

/** Who we are to server-side apply: the owner of the fields that a rendered tree sets. */
export const FIELD_MANAGER = 'fleetwright';

/** What a request carries. */
export interface ApiRequest {
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How an object is written. */
export interface WriteOptions {
  /** Judge, but do not store. */
  readonly dryRun?: boolean;
}

/** Where the API server is, and who asks. */
export interface ApiClientOptions {
  readonly port: number;
  /** Certificate of the authority that signed the server's, as PEM. */
  readonly authority: string;
  readonly identity: KeyPair;
}

/** Talks to one API server over a few connections that stay open. A thousand objects take seconds, not minutes. */
export class ApiClient {
  readonly #options: ApiClientOptions;
  readonly #agent: Agent;
  readonly #paths: ResourcePaths;

  constructor(options: ApiClientOptions) {
    this.#options = options;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 4,
      ca: options.authority,
      cert: options.identity.certificate,
      key: options.identity.privateKey,
    });
    this.#paths = new ResourcePaths((path) => this.get(path));
  }

  /** Server-side apply with strict field validation: an unknown or duplicate field is an error, not a warning. */
  async apply(object: ApiObject, { dryRun = false }: WriteOptions = {}): Promise<ApiAnswer> {
    const query = `fieldManager=${FIELD_MANAGER}&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    const path = `${await this.#paths.of(object)}?${query}`;
    return this.request('PATCH', path, { body: object, contentType: 'application/apply-patch+yaml' });
  }

  /** Creates an object with strict field validation. */
  async create(object: ApiObject, { dryRun = false }: WriteOptions = {}): Promise<ApiAnswer> {
    const query = `fieldManager=${FIELD_MANAGER}&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    return this.request('POST', `${await this.#paths.ofCollection(object)}?${query}`, { body: object });
  }

  /** Merges into the status of an object, which is what a controller would do. */
  async mergeStatus(object: ApiObject, status: unknown): Promise<ApiAnswer> {
    const path = `${await this.#paths.of(object)}/status`;
    return this.request('PATCH', path, { body: { status }, contentType: 'application/merge-patch+json' });
  }

  /** Reads the stored state of an object. */
  async read(object: ApiObject): Promise<ApiAnswer> {
    return this.get(await this.#paths.of(object));
  }

  /** Lists objects of a kind, in one namespace or in all. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<ApiObject[]> {
    const answer = await this.get(await this.#paths.ofList(apiVersion, kind, namespace));
    if (!answer.ok) throw new Error(`list of ${kind}: ${describeAnswer(answer)}`);
    const items = answer.body['items'] as readonly Omit<ApiObject, 'apiVersion' | 'kind'>[];
    return items.map((item) => ({ ...item, apiVersion, kind }) as ApiObject);
  }

  /** Reads any path of the API. */
  async get(path: string): Promise<ApiAnswer> {
    return this.request('GET', path);
  }

  /** Sends a request and collects the whole answer. Rejects only when there is none. */
  async request(
    method: string,
    path: string,
    { body, contentType = 'application/json', headers = {} }: ApiRequest = {},
  ): Promise<ApiAnswer> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const entity = payload === undefined ? {} : { 'content-type': contentType, 'content-length': payload.length };
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.#options.port,
          method,
          path,
          agent: this.#agent,
          headers: { accept: 'application/json', ...entity, ...headers },
        },
        (incoming) => void readAnswer(incoming).then(resolve, reject),
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }
}
