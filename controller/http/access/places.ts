import type { Fence } from '../../contract/wire/index.ts';
import type { Store } from '../../dispatch/index.ts';
import type { Identity } from './tokens.ts';

/** How many tasks are remembered. */
const TASKS = 50_000;

/** Knows to which org and agent tasks belong. A task never moves, so what was found once holds. */
export class Places {
  readonly #store: Store;
  readonly #addresses = new Map<string, string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The tasks among these that are an agent's for whom the caller works. */
  async own(caller: Identity, tasks: readonly string[]): Promise<ReadonlySet<string>> {
    const missing = tasks.filter((task) => !this.#addresses.has(task));
    if (missing.length > 0) await this.#look(missing);
    const addresses = new Set(caller.agents.map((agent) => `${caller.org}/${agent}`));
    return new Set(tasks.filter((task) => addresses.has(this.#addresses.get(task) ?? '')));
  }

  /** Whether the caller works for the agent whose task the fence is about. */
  async isOwn(caller: Identity, { task }: Pick<Fence, 'task'>): Promise<boolean> {
    return (await this.own(caller, [task])).has(task);
  }

  /** Whether the caller works for that agent, and the fence holds the task now. */
  async isHeld(caller: Identity, fence: Fence): Promise<boolean> {
    if (!(await this.isOwn(caller, fence))) return false;
    const text = 'select true from lease where task = $1 and attempt = $2 and token = $3';
    return (await this.#store.read<boolean>(text, [fence.task, fence.attempt, fence.token])).length > 0;
  }

  /** Tells what is known already. */
  remember(task: string, address: string): void {
    this.#addresses.set(task, address);
    const [oldest] = this.#addresses.keys();
    if (this.#addresses.size > TASKS && oldest !== undefined) this.#addresses.delete(oldest);
  }

  async #look(tasks: readonly string[]): Promise<void> {
    const text = "select json_build_object('task', id, 'address', address) from task where id = any($1::uuid[])";
    for (const { task, address } of await this.#store.read<{ task: string; address: string }>(text, [tasks])) this.remember(task, address);
  }
}
