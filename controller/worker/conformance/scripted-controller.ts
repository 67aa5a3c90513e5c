import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { API_PREFIX, type Claim, Client, type Completion, type LogChunk } from '../../contract/wire/index.ts';

const ORG = 'conformance';

/** As short as the contract allows, so that what goes wrong shows soon. */
const LEASE_SECONDS = 3;

/** A controller of one task, which says what a test wants and keeps what it hears. */
export class ScriptedController {
  readonly #server: Server;
  readonly chunks: LogChunk[] = [];
  readonly completions: Completion[] = [];

  static async start(): Promise<ScriptedController> {
    const controller = new ScriptedController();
    controller.#server.listen(0, '127.0.0.1');
    await once(controller.#server, 'listening');
    return controller;
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get client(): Client {
    const address = this.#server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return new Client({ url: `http://127.0.0.1:${port}`, org: ORG, token: () => 'none' });
  }

  /** A task with this input. */
  claim(input: unknown): Claim {
    const [task, token] = [randomUUID(), randomUUID()];
    const leaseUntil = new Date(Date.now() + LEASE_SECONDS * 1000).toISOString();
    const about = { org: ORG, agent: 'candidate', title: 'Conformance', input, needs: [], answers: [], budget: 0 };
    return { fence: { task, attempt: 1, token }, ...about, leaseSeconds: LEASE_SECONDS, leaseUntil };
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await json(request);
    const call = (request.url ?? '').slice(`${API_PREFIX}/orgs/${ORG}/`.length).replace(/^tasks\/[^/]+\//, '');
    const answer = this.#say(call, body);
    response.writeHead(answer === undefined ? 204 : 200, { 'content-type': 'application/json' });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  }

  #say(call: string, body: unknown): unknown {
    const { chunks = [], completions = [] } = body as { readonly chunks?: LogChunk[]; readonly completions?: Completion[] };
    this.chunks.push(...chunks);
    this.completions.push(...completions);
    if (call === 'heartbeats') {
      const until = new Date(Date.now() + LEASE_SECONDS * 1000).toISOString();
      return { answers: [{ outcome: 'held', until, directive: 'continue' }] };
    }
    if (call === 'completions') return { answers: completions.map(({ outcome }) => ({ outcome: 'recorded', state: outcome })) };
    return call === 'questions' ? { question: randomUUID() } : undefined;
  }
}
