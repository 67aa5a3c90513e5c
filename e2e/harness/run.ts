import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../controller/dispatch/testing/index.ts';
import { freePort } from '../../test/free-port.ts';
import { Random } from '../corpus/random.ts';
import { Board } from './board.ts';
import { Caller } from './caller.ts';
import { judge, type Verdict } from './checker.ts';
import { ControllerProcess } from './controller-process.ts';
import { countOpen, type FinalState, readFinalState } from './final-state.ts';
import { AGENTS, FLEET } from './fleet.ts';
import { Recorder } from './history.ts';
import { haunt, type Victims } from './nemesis.ts';
import { Producer } from './producer.ts';
import type { Breach } from './promises.ts';
import { FaultProxy } from './proxy.ts';
import { BACK_MS, restartPostgres } from './restarts.ts';
import { Worker } from './worker.ts';

const WORKERS = 8;
const PRODUCERS = 2;

/** Of so many answers in a hundred, the caller sees nothing. */
const DROPPED = 5;

/** How long open tasks may take to end once there is no more harm, in milliseconds. */
const DRAIN_MS = 180_000;

const WATCH_MS = 100;

/** Which database the controller works on. */
export type StoreName = 'pglite' | 'postgres';

/** What to run. */
export interface RunOptions {
  readonly seed: number;
  readonly store: StoreName;
  /** How many controllers share the database: more than one on PostgreSQL only. */
  readonly replicas: number;
  /** How often a controller is killed. */
  readonly kills: number;
  /** How many tasks end between two kills, at least. */
  readonly ends: number;
  /** How often PostgreSQL is stopped and started instead, without a kill of a controller. */
  readonly restarts: number;
  /** After so many minutes no more harm is done. */
  readonly minutes: number;
  /** How long none of the open tasks may end, in the end, before they count as stuck; in milliseconds. */
  readonly stillMs: number;
  /** Folder that holds `controller/`. */
  readonly source: string;
  /** File for the history. */
  readonly history: string;
}

/** What a run showed. */
export interface RunResult {
  readonly verdict: Verdict;
  /** What was done, in words. */
  readonly deeds: string;
}

/** Runs the real controller under load and harm, and judges what it did. */
export async function run(options: RunOptions): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-harness-'));
  const postgres = options.store === 'postgres' ? await startPostgres() : undefined;
  const recorder = new Recorder(options.history);
  const ports = await Promise.all(Array.from({ length: options.replicas }, freePort));
  const fleet = join(folder, 'fleet.json');
  writeFileSync(fleet, JSON.stringify(FLEET));
  const data = join(folder, 'data');
  mkdirSync(data);
  const start = { source: options.source, folder: data, fleet, postgres: postgres?.url };
  const controllers = ports.map((port) => new ControllerProcess({ ...start, port }));
  const random = new Random(options.seed);
  const proxy = await FaultProxy.open(ports, new Random(random.below(2 ** 31)), DROPPED);
  try {
    for (const controller of controllers) await controller.start();
    const admin = new Caller({ recorder, port: ports[0] ?? 0, token: adminToken(data), name: 'watcher' });
    const victims = { board: new Board(), controllers, proxy, postgres, recorder, random };
    return await oneRun(options, victims, admin);
  } finally {
    await Promise.all(controllers.map(async (controller) => controller.close()));
    await proxy.close();
    await postgres?.stop();
    recorder.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function oneRun(options: RunOptions, victims: Victims, admin: Caller): Promise<RunResult> {
  const { board, controllers, recorder } = victims;
  const everybody = await startEverybody(victims, admin);
  const { deeds, breaches } = options.restarts > 0 ? await byRestarts(options, victims, admin) : await byKills(options, victims);
  board.producing.abort();
  await everybody.producers;
  await drain(admin, options.stillMs);
  board.working.abort();
  await everybody.workers;
  const final = await readFinalState(admin);
  admin.close();
  const ended: Breach[] = controllers.flatMap(({ unexpected }) => unexpected).map((what) => ({ promise: 'ended by itself', what }));
  const verdict = judge(recorder.calls, final);
  return { verdict: { ...verdict, breaches: [...verdict.breaches, ...breaches, ...ended] }, deeds };
}

interface Everybody {
  readonly producers: Promise<unknown>;
  readonly workers: Promise<unknown>;
}

async function startEverybody({ board, proxy, recorder, random }: Victims, admin: Caller): Promise<Everybody> {
  const { token } = await admin.post<{ token: string }>('/tokens', { name: 'worker', role: 'worker', agents: AGENTS });
  const seeded = () => new Random(random.below(2 ** 31));
  const caller = (name: string, bearer: string) => new Caller({ recorder, port: proxy.port, token: bearer, name });
  const workers = Array.from({ length: WORKERS }, async (_, i) => new Worker(caller(`worker-${i}`, token), board, seeded()).work());
  const producers = Array.from({ length: PRODUCERS }, async (_, i) =>
    new Producer(caller(`producer-${i}`, admin.token), board, seeded()).produce(),
  );
  return { workers: Promise.all([...workers, watch(board, admin)]), producers: Promise.all(producers) };
}

/** Looks at the budgets again and again. */
async function watch(board: Board, admin: Caller): Promise<void> {
  while (!board.working.signal.aborted) {
    await look(admin);
    await sleep(WATCH_MS);
  }
}

async function look(admin: Caller): Promise<boolean> {
  const outcome = await admin.call('budgets', null, { path: '/budgets' }, (body) => (body as { items: FinalState['budgets'] }).items);
  return outcome.type === 'ok';
}

interface Harm {
  readonly deeds: string;
  readonly breaches: readonly Breach[];
}

async function byKills({ kills, ends, minutes }: RunOptions, victims: Victims): Promise<Harm> {
  const done = await haunt(victims, { kills, ends, endMs: performance.now() + minutes * 60_000 });
  const starts = done.startMs.toSorted((a, b) => a - b);
  const p = (part: number) => Math.round(starts[Math.min(starts.length - 1, Math.floor(starts.length * part))] ?? 0);
  return { deeds: `${done.kills} kills, ${done.others} other harms, back in ${p(0.5)} ms (median), ${p(1)} ms (longest)`, breaches: [] };
}

async function byRestarts({ restarts }: RunOptions, victims: Victims, admin: Caller): Promise<Harm> {
  const { backMs } = await restartPostgres(victims, restarts, async () => look(admin));
  const late = backMs.filter((milliseconds) => milliseconds > BACK_MS);
  const away = victims.recorder.calls.filter(({ outcome }) => outcome.type === 'unknown' && outcome.status === 503).length;
  const breaches: Breach[] = late.map((milliseconds) => ({
    promise: 'back too late',
    what: `${Math.round(milliseconds)} ms after PostgreSQL`,
  }));
  const longest = Math.round(Math.max(...backMs));
  return { deeds: `${restarts} restarts of PostgreSQL, ${away} answers with 503, back after ${longest} ms at most`, breaches };
}

/** Waits until all tasks have ended, or none does any more. */
async function drain(admin: Caller, stillMs: number): Promise<void> {
  const end = performance.now() + DRAIN_MS;
  let [open, since] = [Infinity, performance.now()];
  while (performance.now() < end && performance.now() - since < stillMs) {
    const left = await countOpen(admin);
    if (left === 0) return;
    if (left < open) [open, since] = [left, performance.now()];
    await sleep(200);
  }
}

function adminToken(folder: string): string {
  const tokens = JSON.parse(readFileSync(join(folder, 'admin-tokens.json'), 'utf8')) as Record<string, string>;
  return tokens['acme'] ?? '';
}
