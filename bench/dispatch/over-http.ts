import { Connection } from './connection.ts';
import { agentNames, orgNames } from './estate.ts';
import { makeTokens, type OrgTokens, type Program } from './program.ts';
import { type Slice, slice, together } from './statistics.ts';

/** Connections that work at once, each with one request at a time. */
export const CONNECTIONS = 64;

const SLICE_MS = 1000;
const SLICES = 5;

/** What the whole life of tasks over HTTP cost, beside as many requests to a server that does nothing. */
export interface OverHttp {
  /** Tasks in a second, and how long claims took. */
  readonly ours: Slice;
  /** A fourth of the requests in a second. */
  readonly noOp: Slice;
  /** Processor time of the controller for a task, in milliseconds. */
  readonly cpuMs: number;
}

/** Measures both in turn. */
export async function measureHttp(folder: string, controller: Program, noOp: Program): Promise<OverHttp> {
  const tokens = await makeTokens(folder, controller.port);
  const lives = await openAll(controller.port);
  const nothings = await openAll(noOp.port);
  const measured: { ours: Slice[]; noOp: Slice[] } = { ours: [], noOp: [] };
  await slice(CONNECTIONS, SLICE_MS, async (caller) => oneLife(lives, tokens, caller));
  const before = controller.cpuMs();
  for (let count = 0; count < SLICES; count += 1) {
    measured.noOp.push(await slice(CONNECTIONS, SLICE_MS, async (caller) => fourRequests(nothings, caller)));
    measured.ours.push(await slice(CONNECTIONS, SLICE_MS, async (caller) => oneLife(lives, tokens, caller)));
  }
  const cpuMs = (controller.cpuMs() - before) / measured.ours.reduce((sum, { latencies }) => sum + latencies.length, 0);
  for (const connection of [...lives, ...nothings]) connection.close();
  return { ours: together(measured.ours), noOp: together(measured.noOp), cpuMs };
}

async function openAll(port: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, async () => Connection.open(port)));
}

/** What one task's messages look like. */
const INPUT = { repository: 'fleet/example', text: 'x'.repeat(250) };

/** Create, claim, heartbeat, complete. @returns how long the claim took */
async function oneLife(connections: readonly Connection[], tokens: readonly OrgTokens[], caller: number): Promise<number> {
  const connection = connections[caller];
  const org = orgNames[caller % orgNames.length] ?? '';
  const agent = agentNames[Math.floor(caller / orgNames.length) % agentNames.length] ?? '';
  const { admin = '', worker = '' } = tokens[caller % orgNames.length] ?? {};
  if (connection === undefined) throw new Error('There is no such caller');
  const send = async (token: string, path: string, body: object, status: number) => {
    const answer = await connection.send('POST', `/v1/orgs/${org}${path}`, token, JSON.stringify(body));
    if (answer.status !== status) throw new Error(`POST ${path} was answered with ${answer.status}: ${answer.body}`);
    return answer.body;
  };
  await send(admin, '/tasks', { tasks: [{ agent, title: 'A task', input: INPUT }] }, 201);
  const begin = performance.now();
  const claimed = await send(worker, '/claims', { agents: [agent], waitSeconds: 5 }, 200);
  const latency = performance.now() - begin;
  const { fence } = (JSON.parse(claimed) as { claims: { fence: object }[] }).claims[0] ?? {};
  await send(worker, '/heartbeats', { heartbeats: [{ fence }] }, 200);
  const ended = await send(worker, '/completions', { completions: [{ fence, outcome: 'succeeded', result: { ok: true } }] }, 200);
  if (!ended.includes('"recorded"')) throw new Error(`The end of a task was answered with ${ended}`);
  return latency;
}

/** Requests of the same size. */
async function fourRequests(connections: readonly Connection[], caller: number): Promise<number> {
  const body = JSON.stringify({ tasks: [{ agent: 'agent-0', title: 'A task', input: INPUT }] });
  const begin = performance.now();
  for (let count = 0; count < 4; count += 1) await connections[caller]?.send('POST', '/v1/orgs/org-0/tasks', 'none', body);
  return performance.now() - begin;
}
