import { spawn } from 'node:child_process';
import { Lines } from './lines.ts';
import type { Plan } from './plan.ts';
import type { PlanRequest } from './make-plan.ts';
import { ownProgram } from '../programs.ts';

/** The longest that a synthesis may take, in milliseconds: a stack may never end. */
const LONGEST_MS = 60_000;

/** A plan, or why there is none. */
export interface Planned {
  readonly plan: Plan | undefined;
  /** The project's own files that were loaded. */
  readonly files: readonly string[];
  /** What was said about it. */
  readonly said: readonly string[];
  /** What `synth` would have ended with. */
  readonly code: number;
}

/** Has the fleet synthesized and judged by another process, which a stack may do to what it likes. */
export async function askPlan(request: PlanRequest, signal: AbortSignal): Promise<Planned> {
  const child = spawn(process.execPath, [ownProgram('fleetwright'), 'up', '--plan'], {
    detached: true,
    signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new Lines((line) => said.push(line));
    stream?.on('data', (piece: Buffer) => lines.add(piece)).once('close', () => lines.end());
  }
  // It may have ended already, which is told by its exit code.
  child.send(request, () => undefined);
  let answer: { readonly plan?: Plan; readonly files?: readonly string[] } = {};
  child.on('message', (message) => (answer = message as typeof answer));
  const timer = setTimeout(() => {
    said.push(`The stacks did not end within ${LONGEST_MS / 1000} seconds.`);
    child.kill('SIGKILL');
  }, LONGEST_MS);
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(2));
    child.once('close', (exit) => resolve(exit ?? 2));
  });
  clearTimeout(timer);
  const plan = code === 0 ? answer.plan : undefined;
  return { plan, files: answer.plan?.files ?? answer.files ?? [], said, code: plan === undefined && code === 0 ? 2 : code };
}
