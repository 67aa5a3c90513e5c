import { join } from 'node:path';

/** The program of the package, which `npm run build` makes. */
export const PROGRAM = join(import.meta.dirname, '..', '..', 'build', 'fleetwright.js');

/** What a program prints as its last line. */
export interface Usage {
  /** User and system time of the whole process, its start included. */
  readonly cpuMs: number;
  /** The most memory that it ever held. */
  readonly peakRssMb: number;
}

/**
 * Runs a program of the benchmark, which takes the number of agents and an output folder as arguments, and prints as its last line
 * what it has cost.
 */
export async function runProgram(run: (agents: number, folder: string) => Promise<void> | void): Promise<void> {
  const [agents = '', folder = ''] = process.argv.slice(2);
  // Before the run, because a program may end the process itself.
  process.once('exit', printUsage);
  await run(Number(agents), folder);
}

function printUsage(): void {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: Usage = { cpuMs: (userCPUTime + systemCPUTime) / 1000, peakRssMb: maxRSS / 1024 };
  process.stdout.write(`\n${JSON.stringify(usage)}\n`);
}
