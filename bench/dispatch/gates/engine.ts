import { startPostgres } from '../../../controller/dispatch/testing/index.ts';
import { atLeast, type GateResult, upTo } from '../../gate.ts';
import { measureBacklog } from '../backlog.ts';
import { measureEngine } from '../engine.ts';
import { quantile } from '../statistics.ts';
import { type Engines, openEngines, type StoreName } from '../stores.ts';
import { judged, LIMITS, LIMITS_OF_BOTH, ms, whole } from './limits.ts';

const BACKLOG = { small: 1000, large: 1_000_000 } as const;

/** The engine without HTTP, in this process. */
export async function* engineGates(store: StoreName, quick: boolean): AsyncGenerator<GateResult> {
  const postgres = store === 'PostgreSQL' ? await startPostgres() : undefined;
  const engines = await openEngines(postgres?.url);
  try {
    const { ours, plain } = await measureEngine(engines);
    const gate = `${store}, engine: claim and complete against a plain SQL queue`;
    yield judged(
      atLeast,
      { gate, limit: LIMITS[store].ofPlain, unit: '×', ratio: true },
      {
        value: ours.perSecond / plain.perSecond,
        from: `${whole(ours.perSecond)} / ${whole(plain.perSecond)} tasks/s, 64 callers, claim p99 ${ms(quantile(ours.latencies, 0.99))}`,
      },
    );
    if (postgres !== undefined && !quick) yield await backlogGate(engines);
  } finally {
    await engines.close();
    await postgres?.stop();
  }
}

async function backlogGate(engines: Engines): Promise<GateResult> {
  const small = await measureBacklog(engines, BACKLOG.small);
  const large = await measureBacklog(engines, BACKLOG.large);
  return judged(
    upTo,
    { gate: 'PostgreSQL, engine: claim p99 at 1,000,000 queued against 1,000', limit: LIMITS_OF_BOTH.backlog, unit: '×', ratio: true },
    { value: large.p99 / small.p99, from: `${ms(large.p99)} / ${ms(small.p99)}, p50 ${ms(large.p50)} / ${ms(small.p50)}, one caller` },
  );
}
