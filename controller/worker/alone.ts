import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { signalProcess } from './processes.ts';

/** Signals by which services are told to do something other than to end. */
const PASSED_ON = ['SIGHUP', 'SIGUSR2'] as const;

/** A program that runs without a dispatcher. */
export interface AloneOptions {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly graceMs: number;
  /** Aborted when it is to end. */
  readonly draining: AbortSignal;
}

/** Runs an agent that nobody gives tasks to, such as a service: its output goes where the worker's goes, and its exit code is the worker's. */
export async function runAlone({ argv, env, graceMs, draining }: AloneOptions): Promise<number> {
  const [program = '', ...rest] = argv;
  let group = 0;
  const send = (signal: NodeJS.Signals) => {
    if (group > 0) signalProcess(-group, signal);
  };
  // Before the program is there: whoever sees that it works may send signals at once.
  for (const signal of PASSED_ON) process.on(signal, send);
  const child = spawn(program, rest, { detached: true, env, stdio: 'inherit' });
  group = child.pid ?? 0;
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    send('SIGTERM');
    timer = setTimeout(() => send('SIGKILL'), graceMs);
  };
  draining.addEventListener('abort', stop, { once: true });
  if (draining.aborted) stop();
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`The program '${program}' could not be started`, { cause })));
    child.once('exit', (exit, signal) => resolve(exit ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  clearTimeout(timer);
  for (const signal of PASSED_ON) process.off(signal, send);
  send('SIGKILL');
  return code;
}
