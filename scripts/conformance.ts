import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ownProgram } from './programs.ts';

/** What to judge. */
export interface ConformanceOptions {
  /** The agent's program, as a shell would start it. */
  readonly command: string;
  /** By which the worker speaks with it. */
  readonly adapter: string;
  /** The task that it is given. @default to answer with a JSON object */
  readonly input?: string;
}

/**
 * Runs an agent's program under a worker and a controller that plays a script, and prints how it stands to each rule of the contract.
 *
 * @returns 0 if it breaks none, 1 if it breaks one
 */
export async function conformance({ command, adapter, input }: ConformanceOptions): Promise<number> {
  const about = ['--adapter', adapter, ...(input === undefined ? [] : ['--input', input])];
  const worker = spawn(process.execPath, [ownProgram('worker'), 'conformance', ...about, '--', 'sh', '-c', `${command} "$@"`, 'sh'], {
    stdio: 'inherit',
  });
  const [code] = (await once(worker, 'exit')) as [number | null];
  return code ?? 1;
}
