import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from './connection.ts';
import { agentNames, anEstate, orgNames } from './estate.ts';

/** What the kernel counts processor time in. */
const TICK_MS = 10;

const ROOT = join(import.meta.dirname, '..', '..');

/** A server in a process of its own. */
export interface Program {
  readonly port: number;
  /** From its start until it listened, in milliseconds. */
  readonly readyMs: number;
  /** Memory that it holds now, in megabytes. */
  memoryMb(): number;
  /** Processor time that it has used, in milliseconds. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Tokens of an org: one to schedule, one to work. */
export interface OrgTokens {
  readonly admin: string;
  readonly worker: string;
}

/** Starts the server that does nothing. */
export async function startNoOp(): Promise<Program> {
  return start([join(import.meta.dirname, 'no-op.ts')]);
}

/** Starts the controller, as `npm run build` has made it and the image starts it, on an embedded database in the folder, or on PostgreSQL. */
export async function startController(folder: string, postgres: string | undefined): Promise<Program> {
  const fleet = join(folder, 'fleet.json');
  writeFileSync(fleet, JSON.stringify(anEstate()));
  const store = postgres === undefined ? [] : ['--postgres', postgres];
  return start([
    '--max-semi-space-size=8',
    '--heap-growing-percent=20',
    join(ROOT, 'build', 'controller', 'main.js'),
    '--fleet',
    fleet,
    '--data',
    folder,
    '--port',
    '0',
    '--rate',
    '1000000',
    ...store,
  ]);
}

/** Makes a worker's token for each org. */
export async function makeTokens(folder: string, port: number): Promise<OrgTokens[]> {
  const admins = JSON.parse(readFileSync(join(folder, 'admin-tokens.json'), 'utf8')) as Record<string, string>;
  const connection = await Connection.open(port);
  const tokens: OrgTokens[] = [];
  for (const org of orgNames) {
    const admin = admins[org] ?? '';
    const body = JSON.stringify({ name: 'worker', role: 'worker', agents: agentNames });
    const answer = await connection.send('POST', `/v1/orgs/${org}/tokens`, admin, body);
    if (answer.status !== 201) throw new Error(`No token was made: ${answer.body}`);
    tokens.push({ admin, worker: (JSON.parse(answer.body) as { token: string }).token });
  }
  connection.close();
  return tokens;
}

async function start(args: readonly string[]): Promise<Program> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, MALLOC_ARENA_MAX: '2' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const port = await untilListening(child);
  const readyMs = performance.now() - begin;
  return {
    port,
    readyMs,
    memoryMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    cpuMs: () => TICK_MS * sumOf(/\) (?:\S+ ){11}(\d+) (\d+)/.exec(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function sumOf(found: readonly string[] | null): number {
  const [, user, system] = found ?? [];
  return Number(user) + Number(system);
}

async function untilListening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const look = (chunk: Buffer) => {
      printed += chunk.toString();
      const port = /listens on http:\/\/\S+:(\d+)/.exec(printed)?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${printed}`)));
  });
}
