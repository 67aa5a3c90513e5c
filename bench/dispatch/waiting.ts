import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { agentNames, orgNames } from './estate.ts';
import { makeTokens, type OrgTokens, type Program } from './program.ts';
import { quantile } from './statistics.ts';

const ROUNDS = 100;

/** Leases that are renewed at once, in one request, and by how many callers. */
const BULK = 500;
const BEATERS = 8;
const BEAT_MS = 2000;

/** Who waits, and for how long; times in milliseconds. */
export interface Waits {
  /** From a task's scheduling until a worker that waited for it has it. */
  readonly wakeP99: number;
  /** From the report of a task's last need until a worker that waited for it has it. */
  readonly childP99: number;
  /** Leases renewed in a second. */
  readonly beatsPerSecond: number;
}

/** Measures an idle controller. */
export async function measureWaits(folder: string, controller: Program): Promise<Waits> {
  const [tokens] = await makeTokens(folder, controller.port);
  if (tokens === undefined) throw new Error('There is no org');
  const idle = new Idle(tokens, controller.port);
  return { wakeP99: await idle.wake(), childP99: await idle.child(), beatsPerSecond: await idle.beat() };
}

const [ORG = ''] = orgNames;

class Idle {
  readonly #tokens: OrgTokens;
  readonly #port: number;

  constructor(tokens: OrgTokens, port: number) {
    this.#tokens = tokens;
    this.#port = port;
  }

  async wake(): Promise<number> {
    const [people, worker] = [await Connection.open(this.#port), await Connection.open(this.#port)];
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const claimed = this.#claim(worker, 'agent-0');
      await sleep(15);
      const begin = performance.now();
      await this.#post(people, 'admin', '/tasks', { tasks: [{ agent: 'agent-0', title: 'A task' }] });
      const fences = await claimed;
      times.push(performance.now() - begin);
      await this.#end(worker, fences);
    }
    people.close();
    worker.close();
    return quantile(times, 0.99);
  }

  async child(): Promise<number> {
    const [people, worker] = [await Connection.open(this.#port), await Connection.open(this.#port)];
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [parents, child] = [[0, 1].map((i) => `${round}/${i}`), `${round}/child`];
      const tasks = [
        ...parents.map((key) => ({ agent: 'agent-1', title: key, key })),
        { agent: 'agent-2', title: child, key: child, needs: parents.map((task) => ({ task })) },
      ];
      await this.#post(people, 'admin', '/tasks', { tasks });
      const first = await this.#claim(people, 'agent-1');
      const last = await this.#claim(people, 'agent-1');
      await this.#end(people, first);
      const claimed = this.#claim(worker, 'agent-2');
      await sleep(15);
      const begin = performance.now();
      await this.#end(people, last);
      const fences = await claimed;
      times.push(performance.now() - begin);
      await this.#end(worker, fences);
    }
    people.close();
    worker.close();
    return quantile(times, 0.99);
  }

  async beat(): Promise<number> {
    const connections = await Promise.all(Array.from({ length: BEATERS }, async () => Connection.open(this.#port)));
    let count = 0;
    const held = await Promise.all(
      connections.map(async (connection, i) => {
        const agent = agentNames[i] ?? '';
        await this.#post(connection, 'admin', '/tasks', { tasks: Array.from({ length: BULK }, () => ({ agent, title: 'A task' })) });
        return this.#claim(connection, agent, BULK);
      }),
    );
    const begin = performance.now();
    await Promise.all(
      connections.map(async (connection, i) => {
        const heartbeats = (held[i] ?? []).map((fence) => ({ fence }));
        while (performance.now() - begin < BEAT_MS) {
          await this.#post(connection, 'worker', '/heartbeats', { heartbeats });
          count += heartbeats.length;
        }
      }),
    );
    const seconds = (performance.now() - begin) / 1000;
    await Promise.all(connections.map(async (connection, i) => this.#end(connection, held[i] ?? [])));
    for (const connection of connections) connection.close();
    return count / seconds;
  }

  async #claim(connection: Connection, agent: string, count = 1): Promise<object[]> {
    const answer = await this.#post(connection, 'worker', '/claims', { agents: [agent], count, waitSeconds: 5 });
    const { claims } = JSON.parse(answer) as { claims: { fence: object }[] };
    if (claims.length < count) throw new Error(`${claims.length} of ${count} tasks were claimed`);
    return claims.map(({ fence }) => fence);
  }

  async #end(connection: Connection, fences: readonly object[]): Promise<void> {
    await this.#post(connection, 'worker', '/completions', { completions: fences.map((fence) => ({ fence, outcome: 'succeeded' })) });
  }

  async #post(connection: Connection, who: keyof OrgTokens, path: string, body: object): Promise<string> {
    const answer = await connection.send('POST', `/v1/orgs/${ORG}${path}`, this.#tokens[who], JSON.stringify(body));
    if (answer.status >= 300) throw new Error(`POST ${path} was answered with ${answer.status}: ${answer.body}`);
    return answer.body;
  }
}
