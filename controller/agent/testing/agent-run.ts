import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { Player } from '../scripted-model/play.ts';
import { scriptedServer } from '../scripted-model/server.ts';
import type { Turn } from '../scripted-model/transcript.ts';

const AGENT = join(import.meta.dirname, '..', 'main.ts');
const TASK = '5f0e2ab4-0000-4000-8000-000000000001';

/** A worker's socket, as the agent sees it: what it is asked, and what it answers. */
export type Calls = Readonly<Record<string, (body: Record<string, unknown>) => object>>;

/** How an agent is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** More of the task. */
  readonly event?: object;
  readonly calls?: Calls;
  /** More of the configuration. */
  readonly config?: object;
  /** Hears of the process as soon as there is one. */
  readonly started?: (child: ChildProcess) => void;
}

/** What is seen of a run. */
export interface Seen {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line. */
  readonly report: {
    readonly result?: Record<string, unknown>;
    readonly session?: string;
    readonly usage?: readonly Record<string, unknown>[];
  };
  /** What was asked of the worker, by name. */
  readonly asked: readonly (readonly [name: string, body: Record<string, unknown>])[];
}

/** A folder, a model, and agents that work in the one with the other. */
export class AgentBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'fleetwright-agent-'));
  readonly workspace = join(this.folder, 'workspace');
  readonly #servers: Server[] = [];

  constructor() {
    mkdirSync(this.workspace);
  }

  /** A scripted model with one transcript. @returns its address */
  async script(turns: readonly Turn[]): Promise<string> {
    return this.serve(scriptedServer(new Player(new Map([['acme/coder', { turns: [...turns] }]])), () => undefined));
  }

  /** A server that answers these messages, one after the other, whatever it is asked. @returns its address */
  async say(
    messages: readonly object[],
    asked: (body: { readonly messages: readonly { readonly content: string }[] }) => void = () => undefined,
  ): Promise<string> {
    const left = [...messages];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      asked((await json(request)) as { readonly messages: readonly { readonly content: string }[] });
      const message = left.shift() ?? { content: '{"ended": true}' };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }], usage: { prompt_tokens: 100, completion_tokens: 20 } }));
    };
    return this.serve(createServer((request, response) => void answer(request, response)));
  }

  async serve(server: Server): Promise<string> {
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Runs the agent on its task, to its end. @param model address of its model */
  async run(model: string, { env = {}, event = {}, calls = {}, config = {}, started }: RunOptions = {}): Promise<Seen> {
    const asked: [string, Record<string, unknown>][] = [];
    const socket = await this.#serveWorker(calls, asked);
    const child = spawn(process.execPath, [AGENT], {
      cwd: this.workspace,
      env: { PATH: process.env['PATH'], HOME: this.folder, ...this.#contract(model, event, config), AGENT_TASK_SOCKET: socket, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started?.(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    const last = stdout.trimEnd().split('\n').at(-1) ?? '';
    const report = (last.startsWith('{') ? JSON.parse(last) : {}) as Seen['report'];
    return { code: code ?? signal ?? '', stdout, stderr, report, asked };
  }

  path(name: string): string {
    return join(this.workspace, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  close(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #contract(model: string, event: object, config: object): Record<string, string> {
    const fast = { endpoint: model, model: 'fast', priority: 1, provider: 'compatible', role: 'primary' };
    writeFileSync(
      join(this.folder, 'config.yaml'),
      JSON.stringify({ agent: { name: 'coder', namespace: 'acme' }, models: { fast }, ...config }),
    );
    const task = { task: TASK, org: 'acme', agent: 'coder', title: 'A task', input: null, needs: [], answers: [], budget: 0, ...event };
    writeFileSync(join(this.folder, 'event.json'), JSON.stringify(task));
    return { AGENT_CONFIG: join(this.folder, 'config.yaml'), AGENT_EVENT_FILE: join(this.folder, 'event.json'), AGENT_TASK_ID: TASK };
  }

  async #serveWorker(calls: Calls, asked: [string, Record<string, unknown>][]): Promise<string> {
    const socket = join(mkdtempSync(join(this.folder, 'run-')), 'task.sock');
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const name = (request.url ?? '').slice(1);
      const body = (await json(request)) as Record<string, unknown>;
      asked.push([name, body]);
      const said = calls[name]?.(body) ?? {};
      response.writeHead('detail' in said ? 422 : 200);
      response.end(JSON.stringify(said));
    };
    const server = createServer((request, response) => void answer(request, response));
    this.#servers.push(server);
    server.listen(socket);
    await once(server, 'listening');
    return socket;
  }
}

/** A message of a model that calls a tool. @param input its arguments; a text is sent as it is */
export function calling(name: string, input: unknown, id = `call-${name}`): object {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { content: '', tool_calls: [{ id, type: 'function', function: { name, arguments: text } }] };
}
