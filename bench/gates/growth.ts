import { join } from 'node:path';
import { type GateResult, upTo } from '../gate.ts';
import { coldJob } from '../jobs.ts';
import { interleave, type Result } from '../measure.ts';
import type { Plan } from '../plan.ts';

/** Agents of the small fleet, above which memory is counted. */
const FEW = 100;

/** What four times as many agents cost, and what is held for each object. */
export function* growthGates({ agents, folder, rounds }: Plan, objectsPerAgent: number): Generator<GateResult> {
  const jobs = {
    empty: coldJob(join(folder, 'empty'), 0),
    few: coldJob(join(folder, 'few'), FEW),
    ours: coldJob(join(folder, 'ours'), agents),
    fourfold: coldJob(join(folder, 'fourfold'), agents * 4),
  };
  let last: Record<keyof typeof jobs, Result> | undefined;
  yield upTo({
    gate: `growth, (t${agents * 4} − t0) / (t${agents} − t0)`,
    limit: 4.4,
    unit: '×',
    ratio: true,
    measure: () => {
      last = interleave(jobs, rounds);
      const { empty, fourfold, ours } = last;
      const from = [empty, ours, fourfold].map(({ cpuMs }) => Math.round(cpuMs)).join(' / ');
      return { value: (fourfold.cpuMs - empty.cpuMs) / (ours.cpuMs - empty.cpuMs), from: `${from} ms CPU, ${ours.runs} runs` };
    },
  });
  const { few, ours } = last ?? interleave(jobs, rounds);
  yield upTo({
    gate: `peak memory at ${agents} agents`,
    limit: 200,
    unit: 'MB',
    digits: 0,
    measure: () => ({ value: ours.peakRssMb, from: `${ours.runs} runs` }),
  });
  yield upTo({
    gate: `memory for each object, above ${FEW} agents`,
    limit: 1,
    unit: 'kB',
    measure: () => ({
      value: ((ours.peakRssMb - few.peakRssMb) * 1024) / ((agents - FEW) * objectsPerAgent),
      from: `${ours.peakRssMb.toFixed(0)} − ${few.peakRssMb.toFixed(0)} MB`,
    }),
  });
}
