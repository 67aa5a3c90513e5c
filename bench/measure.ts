import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { busyMs, childrenMs } from './load.ts';
import type { Usage } from './programs/program.ts';

/** Something to run as a whole process. */
export interface Job {
  /** Arguments of `node`. */
  readonly args: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  /** Done before each run, outside the measurement. */
  readonly prepare?: () => void;

  /**
   * How often one measurement runs it: short processes need several, because the kernel counts in steps of 10 ms.
   *
   * @default 1
   */
  readonly times?: number;
}

/** What one run has cost. */
export interface Sample extends Usage {
  readonly wallMs: number;
  /** How many processors other programs kept busy meanwhile. */
  readonly otherLoad: number;
}

/** The medians of several runs. */
export interface Result extends Sample {
  readonly runs: number;
}

/** Other programs may take this many processors; a round in which they take more is repeated. */
const QUIET = 0.3;

/** Runs jobs in turn (A B C A B C …), as many rounds as asked for, and answers with the medians of each. */
export function interleave<Name extends string>(jobs: Readonly<Record<Name, Job>>, rounds: number): Record<Name, Result> {
  const names = Object.keys(jobs) as Name[];
  const taken: Record<Name, Sample>[] = [];
  // On a machine that is never quiet, half of the rounds again is all that is tried.
  for (let left = Math.ceil(rounds * 1.5); left > 0 && taken.filter(isQuiet).length < rounds; left--) {
    taken.push(Object.fromEntries(names.map((name) => [name, runOnce(jobs[name])])) as Record<Name, Sample>);
  }
  const best = taken.sort((a, b) => noiseOf(a) - noiseOf(b)).slice(0, rounds);
  return Object.fromEntries(names.map((name) => [name, medians(best.map((round) => round[name]))])) as Record<Name, Result>;
}

/** Whether other programs left the machine alone, as far as a measurement needs it. */
export function wasQuiet({ otherLoad }: Sample): boolean {
  return otherLoad <= QUIET;
}

function isQuiet(round: Readonly<Record<string, Sample>>): boolean {
  return noiseOf(round) <= QUIET;
}

function noiseOf(round: Readonly<Record<string, Sample>>): number {
  return Math.max(...Object.values(round).map(({ otherLoad }) => otherLoad));
}

/** One measurement. */
export function runOnce({ args, folder, prepare, times = 1 }: Job): Sample {
  let [wallMs, cpuMs, busy] = [0, 0, 0];
  let usage: Usage | undefined;
  for (let run = 0; run < times; run++) {
    prepare?.();
    const before = { wall: performance.now(), cpu: childrenMs(), busy: busyMs() };
    const output = runNode(args, folder);
    wallMs += performance.now() - before.wall;
    cpuMs += childrenMs() - before.cpu;
    busy += busyMs() - before.busy;
    usage = usageOf(output);
  }
  const otherLoad = Math.max(0, busy - cpuMs) / wallMs;
  return {
    cpuMs: usage === undefined ? cpuMs / times : usage.cpuMs,
    peakRssMb: usage?.peakRssMb ?? Number.NaN,
    wallMs: wallMs / times,
    otherLoad,
  };
}

/** Runs `node` and answers with its output. */
export function runNode(args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1024 ** 3,
  });
  if (status === 0) return stdout;
  throw new Error(`node ${args.join(' ')} ended with ${status ?? error?.message}:\n${stderr}\n${stdout.slice(-2000)}`);
}

/** Programs of ours say on their last line what they have cost; others do not. */
function usageOf(output: string): Usage | undefined {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith('{"cpuMs":') ? (JSON.parse(line) as Usage) : undefined;
}

function medians(samples: readonly Sample[]): Result {
  const median = (field: keyof Sample) => middle(samples.map((sample) => sample[field]));
  return {
    cpuMs: median('cpuMs'),
    peakRssMb: median('peakRssMb'),
    wallMs: median('wallMs'),
    otherLoad: median('otherLoad'),
    runs: samples.length,
  };
}

/** The median. */
export function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
}
