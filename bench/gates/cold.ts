import { join } from 'node:path';
import { atLeast, type GateResult, type Measured, upTo } from '../gate.ts';
import { coldJob, otherJob } from '../jobs.ts';
import { interleave, type Result } from '../measure.ts';
import type { Plan } from '../plan.ts';

/** The first synthesis of a fleet, all rules on, against the least that any program does and against what people write otherwise. */
export function* coldGates(plan: Plan): Generator<GateResult> {
  const { agents, folder, rounds, slowRounds } = plan;
  const jobs = {
    ours: coldJob(join(folder, 'ours'), agents),
    json: otherJob('json', join(folder, 'json'), agents),
    empty: coldJob(join(folder, 'empty'), 0),
    emptyJson: otherJob('json', join(folder, 'empty-json'), 0),
  };
  yield upTo({
    gate: `cold synth of ${agents} agents, CPU against \`json\` (stretch: 2)`,
    limit: 3,
    unit: '×',
    ratio: true,
    measure: () => {
      const { ours, json, empty, emptyJson } = interleave(jobs, rounds);
      const spent = plan.quick ? [ours.cpuMs - empty.cpuMs, json.cpuMs - emptyJson.cpuMs] : [ours.cpuMs, json.cpuMs];
      return ratioOf(spent[0] ?? NaN, spent[1] ?? NaN, [ours, json]);
    },
  });
  const slowJobs = {
    ours: jobs.ours,
    plus: otherJob('plus', join(folder, 'plus'), agents),
    empty: jobs.empty,
    emptyPlus: otherJob('plus', join(folder, 'empty-plus'), 0),
  };
  yield atLeast({
    gate: `cold synth of ${agents} agents, CPU of cdk8s-plus-28 against it (stretch: 25)`,
    limit: 15,
    unit: '×',
    digits: 1,
    ratio: true,
    measure: () => {
      const { ours, plus, empty, emptyPlus } = interleave(slowJobs, slowRounds);
      const spent = plan.quick ? [ours.cpuMs - empty.cpuMs, plus.cpuMs - emptyPlus.cpuMs] : [ours.cpuMs, plus.cpuMs];
      return ratioOf(spent[1] ?? NaN, spent[0] ?? NaN, [ours, plus]);
    },
  });
}

function ratioOf(upper: number, lower: number, results: readonly Result[]): Measured {
  const load = Math.max(...results.map(({ otherLoad }) => otherLoad)).toFixed(1);
  return { value: upper / lower, from: `${Math.round(upper)} / ${Math.round(lower)} ms CPU, ${results[0]?.runs} runs, other load ${load}` };
}
