import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../../controller/dispatch/testing/index.ts';
import { atLeast, type GateResult, holds, upTo } from '../../gate.ts';
import { CONNECTIONS, measureHttp } from '../over-http.ts';
import { type Program, startController, startNoOp } from '../program.ts';
import { measureReaders } from '../readers.ts';
import { quantile } from '../statistics.ts';
import type { StoreName } from '../stores.ts';
import { measureWaits } from '../waiting.ts';
import { judged, LIMITS, LIMITS_OF_BOTH, ms, whole } from './limits.ts';

/** Until an idle program has let go of what it needed to start, in milliseconds. */
const SETTLE_MS = 3000;

/** The real program, over HTTP. */
export async function* programGates(store: StoreName, quick: boolean): AsyncGenerator<GateResult> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-bench-'));
  const postgres = store === 'PostgreSQL' ? await startPostgres() : undefined;
  const start = async () => startController(folder, postgres?.url);
  const first = await start();
  await first.stop();
  let controller = await start();
  try {
    yield judged(
      upTo,
      { gate: `${store}: from the start of the program until it listens`, limit: LIMITS[store].readyMs, unit: 'ms', digits: 0 },
      { value: first.readyMs, from: `on a new database; ${ms(controller.readyMs)} on one that is there` },
    );
    await sleep(SETTLE_MS);
    const idleMb = controller.memoryMb();
    yield* waitGates(store, folder, controller);
    yield* loadGates(store, folder, controller);
    const loadedMb = controller.memoryMb();
    yield judged(
      upTo,
      { gate: `${store}: memory of the program`, limit: LIMITS[store].memoryMb, unit: 'MB', digits: 0 },
      { value: Math.max(idleMb, loadedMb), from: `${whole(idleMb)} MB idle, ${whole(loadedMb)} MB after the load` },
    );
    if (postgres === undefined || quick) return;
    await controller.stop();
    controller = await start();
    yield* readerGates(folder, controller);
  } finally {
    await controller.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* waitGates(store: StoreName, folder: string, controller: Program): AsyncGenerator<GateResult> {
  const { wakeP99, childP99, beatsPerSecond } = await measureWaits(folder, controller);
  const { wakeMs, childMs, beats } = LIMITS_OF_BOTH;
  yield judged(
    upTo,
    { gate: `${store}: a waiting worker has a new task, p99`, limit: wakeMs, unit: 'ms', digits: 1 },
    { value: wakeP99, from: '100 long-polls over HTTP' },
  );
  yield judged(
    upTo,
    { gate: `${store}: a waiting worker has a task after its last need, p99`, limit: childMs, unit: 'ms', digits: 1 },
    { value: childP99, from: '100 graphs over HTTP' },
  );
  yield judged(
    atLeast,
    { gate: `${store}: leases renewed, in bulk`, limit: beats, unit: '/s', digits: 0 },
    { value: beatsPerSecond, from: '500 in a request, 8 connections' },
  );
}

async function* loadGates(store: StoreName, folder: string, controller: Program): AsyncGenerator<GateResult> {
  const nothing = await startNoOp();
  try {
    const { ours, noOp, cpuMs } = await measureHttp(folder, controller, nothing);
    const { tasks, ofNoOp, claimMs } = LIMITS[store];
    const from = `${CONNECTIONS} connections, create, claim, heartbeat, complete; ${whole(1000 * cpuMs)} µs CPU of the controller each`;
    yield judged(
      atLeast,
      { gate: `${store}: whole life over HTTP`, limit: tasks, unit: 'tasks/s', digits: 0 },
      { value: ours.perSecond, from },
    );
    yield judged(
      atLeast,
      { gate: `${store}: the same against a server that does nothing`, limit: ofNoOp, unit: '×', digits: 3, ratio: true },
      { value: ours.perSecond / noOp.perSecond, from: `${whole(ours.perSecond)} / ${whole(noOp.perSecond)} tasks/s, as four requests` },
    );
    yield judged(
      upTo,
      { gate: `${store}: claim over HTTP, p99`, limit: claimMs, unit: 'ms', digits: 1 },
      { value: quantile(ours.latencies, 0.99), from: `p50 ${ms(quantile(ours.latencies, 0.5))}, under that load` },
    );
  } finally {
    await nothing.stop();
  }
}

async function* readerGates(folder: string, controller: Program): AsyncGenerator<GateResult> {
  const { readers, readersMb, fanOutMs } = LIMITS_OF_BOTH;
  const { memoryMb, backMb, lastMs, lost, doubled, events } = await measureReaders(folder, controller, readers);
  yield judged(
    upTo,
    { gate: `PostgreSQL: memory with ${readers} readers of events`, limit: readersMb, unit: 'MB', digits: 0 },
    { value: memoryMb, from: `${whole(backMb)} MB right after all came back at once` },
  );
  yield judged(
    upTo,
    { gate: `PostgreSQL: until the last of ${readers} readers has an event`, limit: fanOutMs, unit: 'ms', digits: 0 },
    { value: lastMs, from: 'from the request that makes it' },
  );
  yield holds(
    `PostgreSQL: all ${readers} readers come back with their last id, of ${events} events`,
    'none lost, none doubled',
    lost + doubled === 0 ? 'none lost, none doubled' : `${lost} lost, ${doubled} doubled`,
  );
}
