import type { Fleet, FleetOrg } from '../contract/wire/index.ts';
import { Reads } from '../dispatch/index.ts';
import { KubernetesError, unlessPassing } from './kubernetes.ts';
import type { JobsContext } from './reconcile.ts';

/** How long fewer workers have to be enough before there are fewer, in milliseconds: a worker that goes leaves its task. */
const CALM_MS = 60_000;

/** How often we look whether KEDA has come or gone, in milliseconds. */
const LOOK_AGAIN_MS = 60_000;

type PoolSize = NonNullable<FleetOrg['agents'][string]['pool']>;

/** As many workers as the unfinished tasks need, within the limits of the pool. */
export function workersFor(unfinished: number, { min, max, tasksPerWorker }: PoolSize): number {
  return Math.min(max, Math.max(min, Math.ceil(unfinished / tasksPerWorker)));
}

/** Scales pools by their queues in clusters without KEDA, which does it better: it is told of the queue, not of a turn. */
export class Pools {
  readonly #context: JobsContext;
  readonly #reads: Reads;
  readonly #orgs: Fleet['orgs'];
  /** When each pool last needed as many workers as it has. */
  readonly #busy = new Map<string, number>();
  #hasKeda = true;
  #lookedAt = -Infinity;

  constructor(context: JobsContext, { orgs }: Fleet) {
    this.#context = context;
    this.#reads = new Reads(context.store);
    this.#orgs = orgs;
  }

  /** Does what is to be done now. @throws KubernetesError, Refusal FW_UNAVAILABLE */
  async turn(): Promise<void> {
    for (const [org, { agents, namespace }] of Object.entries(this.#orgs)) {
      const pools = Object.entries(agents).filter(([, { pool }]) => pool !== undefined);
      if (namespace === undefined || pools.length === 0 || (await this.#isKedas())) continue;
      // One after the other.
      const unfinished = new Map((await this.#reads.agents(org)).map(({ agent, running, queued }) => [agent, running + queued]));
      for (const [agent, { pool }] of pools) {
        if (pool === undefined) continue;
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${agent}/scale`;
        await this.#scale(path, workersFor(unfinished.get(agent) ?? 0, pool)).catch(unlessPassing(this.#context.onError));
      }
    }
  }

  async #scale(path: string, wanted: number): Promise<void> {
    const { kubernetes } = this.#context;
    const { spec } = await kubernetes.get<{ readonly spec: { readonly replicas?: number } }>(path);
    const { replicas = 0 } = spec;
    const now = performance.now();
    const busy = wanted >= replicas ? now : (this.#busy.get(path) ?? now);
    this.#busy.set(path, busy);
    if (wanted > replicas || (wanted < replicas && now - busy > CALM_MS)) await kubernetes.merge(path, { spec: { replicas: wanted } });
  }

  async #isKedas(): Promise<boolean> {
    if (performance.now() - this.#lookedAt < LOOK_AGAIN_MS) return this.#hasKeda;
    this.#hasKeda = await this.#context.kubernetes.get('/apis/keda.sh').then(
      () => true,
      (error: unknown) => {
        if (error instanceof KubernetesError && error.status === 404) return false;
        throw error;
      },
    );
    this.#lookedAt = performance.now();
    return this.#hasKeda;
  }
}
