import { runProgram } from './run-program.ts';

/** What a cluster answered: an object, or why there is none. */
export type ClusterAnswer =
  | { readonly kind: 'found'; readonly body: unknown }
  /** `absent`: it does not exist. `refused`: we may not see it, or nobody answered. */
  | { readonly kind: 'absent' | 'refused'; readonly complaint: string };

const ABSENT = /\(NotFound\)|the server doesn't have a resource type|could not find the requested resource/;

/** Reads from one cluster by kubectl, by the name of its context, so that nobody can change it halfway. Never writes. */
export class ClusterReader {
  readonly #options: readonly string[];

  constructor(context: string) {
    this.#options = [`--context=${context}`, '--request-timeout=5s'];
  }

  /** `kubectl get`, as JSON: `get('runtimeclasses.node.k8s.io')`. */
  async get(...args: readonly string[]): Promise<ClusterAnswer> {
    return this.#ask('get', ...args, '--output=json');
  }

  /** A path of the API: `getPath('/apis/apps/v1')`. */
  async getPath(path: string): Promise<ClusterAnswer> {
    return this.#ask('get', `--raw=${path}`);
  }

  async #ask(...args: readonly string[]): Promise<ClusterAnswer> {
    const { code, stdout, complaint } = await runProgram('kubectl', [...this.#options, ...args]);
    if (code !== 0) return { kind: ABSENT.test(complaint) ? 'absent' : 'refused', complaint };
    try {
      return { kind: 'found', body: JSON.parse(stdout) as unknown };
    } catch {
      return { kind: 'refused', complaint: 'the answer is not JSON' };
    }
  }
}

/** A field of an answer, by its path; `undefined` where there is none. */
export function fieldOf(value: unknown, ...path: readonly string[]): unknown {
  let field = value;
  for (const name of path) field = typeof field === 'object' && field !== null ? (field as Record<string, unknown>)[name] : undefined;
  return field;
}

/** A list in an answer, by its path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const list = fieldOf(value, ...path);
  return Array.isArray(list) ? list : [];
}
