import { join } from 'node:path';
import { type GateResult, holds, type Measured, upTo } from '../gate.ts';
import { cliArgs, coldJob } from '../jobs.ts';
import { interleave, type Job, runOnce, wasQuiet } from '../measure.ts';
import type { Plan } from '../plan.ts';
import { writeStack } from '../project.ts';
import { differences, type Snapshot, snapshot } from '../snapshot.ts';

const ORG = 'org-03';
const AGENT = 7;
const LIMIT_MS = 200;

/** What a run costs that finds little or nothing new, and what it writes. */
export function* incrementGates({ agents, folder, rounds }: Plan): Generator<GateResult> {
  const project = join(folder, 'ours');
  runOnce(coldJob(project, agents));
  const synth: Job = { args: cliArgs('synth'), folder: project };
  let edited = false;
  const edit = () => {
    edited = !edited;
    writeStack(project, ORG, agents, edited ? AGENT : undefined);
  };

  const before = snapshot(join(project, 'rendered'));
  runOnce(synth);
  const after = snapshot(join(project, 'rendered'));
  yield holds('no change: files written', 'none', listOf(before, after));
  edit();
  runOnce(synth);
  const wanted = `.inventory.json bench/${ORG}/agent-${AGENT}.yaml`;
  yield holds(`one of ${agents} agents changed: files written`, wanted, listOf(after, snapshot(join(project, 'rendered'))));

  yield upTo({ ...timed(`one of ${agents} agents changed, whole process`), measure: () => time({ ...synth, prepare: edit }, rounds) });
  yield upTo({ ...timed(`nothing changed of ${agents} agents, whole process`), measure: () => time(synth, rounds) });
}

function timed(gate: string): { gate: string; limit: number; unit: string; digits: number } {
  return { gate, limit: LIMIT_MS, unit: 'ms', digits: 0 };
}

/** Wall time on a quiet machine. On a busy one it says more about the others, so there it is processor time. */
function time(job: Job, rounds: number): Measured {
  const { synth } = interleave({ synth: job }, rounds);
  const both = `wall ${synth.wallMs.toFixed(0)}, CPU ${synth.cpuMs.toFixed(0)} ms, ${synth.runs} runs, other load ${synth.otherLoad.toFixed(1)}`;
  return wasQuiet(synth) ? { value: synth.wallMs, from: both } : { value: synth.cpuMs, from: `CPU, as the machine was busy: ${both}` };
}

function listOf(before: Snapshot, after: Snapshot): string {
  return differences(before, after).join(' ') || 'none';
}
