import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type GateResult, holds, type Measured, upTo } from '../gate.ts';
import { cliArgs, coldJob } from '../jobs.ts';
import { interleave, type Job, runNode, runOnce } from '../measure.ts';
import type { Plan } from '../plan.ts';

const AGENTS = 3;
const MOST_MODULES = 149;

/** How many runs make one measurement. */
const TIMES = 10;

/** What starting costs, and what is loaded. */
export function* startGates({ folder, rounds }: Plan): Generator<GateResult> {
  const project = join(folder, 'small');
  runOnce(coldJob(project, AGENTS));
  const bare = bareJob(project);
  const first: Job = { args: cliArgs('synth'), folder: project, times: TIMES, prepare: () => forgetTree(project) };
  yield helpGate(project, rounds);
  yield upTo({
    gate: `start to the files of ${AGENTS} agents, CPU against bare \`node\``,
    limit: 2.5,
    unit: '×',
    ratio: true,
    measure: () => compare(first, bare, rounds),
  });

  forgetTree(project);
  const modules = loadedModules(project);
  yield upTo({
    gate: 'modules loaded by synth',
    limit: MOST_MODULES,
    unit: 'files',
    digits: 0,
    measure: () => ({ value: modules.length, from: 'seen by a hook of the module loader' }),
  });
  for (const scope of ['@pulumi/', '@opentelemetry/', 'cdk8s/lib/app.js', 'cdk8s-plus-28/']) {
    const count = modules.filter((url) => url.includes(`/node_modules/${scope}`)).length;
    yield holds(`of these, from \`${scope}\``, '0', String(count));
  }
}

/** What the least run costs. */
export function helpGate(folder: string, rounds: number): GateResult {
  const help: Job = { args: cliArgs('--help'), folder, times: TIMES };
  return upTo({
    gate: '`fleetwright --help`, CPU against bare `node`',
    limit: 1.5,
    unit: '×',
    ratio: true,
    measure: () => compare(help, bareJob(folder), rounds),
  });
}

function bareJob(folder: string): Job {
  return { args: ['-e', '0'], folder, times: TIMES };
}

/** The tree and what is known of it. What was read of the environment is kept: its file is the same. */
function forgetTree(project: string): void {
  for (const name of ['rendered', '.cache/synth']) rmSync(join(project, name), { recursive: true, force: true });
}

function compare(job: Job, bare: Job, rounds: number): Measured {
  const results = interleave({ job, bare }, rounds);
  const [cpu, bareCpu] = [results.job.cpuMs, results.bare.cpuMs];
  const from = `${cpu.toFixed(0)} / ${bareCpu.toFixed(0)} ms CPU, ${results.job.runs} × ${TIMES} runs, other load ${results.job.otherLoad.toFixed(1)}`;
  return { value: cpu / bareCpu, from };
}

/** Addresses of all modules that one synthesis loads, but for those of Node.js itself. */
function loadedModules(project: string): string[] {
  const list = join(project, 'modules.txt');
  const hook = import.meta.resolve('../list-modules.ts');
  runNode(['--import', hook, ...cliArgs('synth')], project, { BENCH_MODULES: list });
  return readFileSync(list, 'utf8').split('\n');
}
