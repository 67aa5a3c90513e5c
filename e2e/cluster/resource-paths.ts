import type { ApiAnswer } from './answer.ts';

/** An API object, as far as its place in the API goes. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Knows under which path an object lives, by asking the server which kinds it has. */
export class ResourcePaths {
  readonly #get: (path: string) => Promise<ApiAnswer>;
  readonly #resources = new Map<string, Promise<readonly Resource[]>>();

  constructor(get: (path: string) => Promise<ApiAnswer>) {
    this.#get = get;
  }

  /** Path of one object. */
  async of(object: ApiObject): Promise<string> {
    return `${await this.ofCollection(object)}/${encodeURIComponent(object.metadata.name)}`;
  }

  /** Path under which an object like this one is created. */
  async ofCollection({ apiVersion, kind, metadata }: ApiObject): Promise<string> {
    const { name, namespaced } = await this.#find(apiVersion, kind);
    if (!namespaced) return `${root(apiVersion)}/${name}`;
    if (metadata.namespace === undefined) throw new Error(`${kind} ${metadata.name} has no namespace`);
    return `${root(apiVersion)}/namespaces/${metadata.namespace}/${name}`;
  }

  /** Path of all objects of a kind, in one namespace or in all. */
  async ofList(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const { name } = await this.#find(apiVersion, kind);
    return namespace === undefined ? `${root(apiVersion)}/${name}` : `${root(apiVersion)}/namespaces/${namespace}/${name}`;
  }

  async #find(apiVersion: string, kind: string): Promise<Resource> {
    const find = async () => (await this.#load(apiVersion)).find((resource) => resource.kind === kind);
    let resource = await find();
    if (resource === undefined) {
      // The definition of a kind may have been installed after the group was read.
      this.#resources.delete(apiVersion);
      resource = await find();
    }
    if (resource === undefined) throw new Error(`the server has no kind ${kind} in ${apiVersion}`);
    return resource;
  }

  #load(apiVersion: string): Promise<readonly Resource[]> {
    const known = this.#resources.get(apiVersion);
    if (known !== undefined) return known;
    const loaded = this.#get(root(apiVersion)).then(({ ok, body }) =>
      // Names with a slash are sub-resources such as `pods/log`.
      ok ? (body['resources'] as readonly Resource[]).filter(({ name }) => !name.includes('/')) : [],
    );
    this.#resources.set(apiVersion, loaded);
    return loaded;
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
