import { spawn } from 'node:child_process';
import { gitEnvironment } from '../git-environment.ts';

/** Longer than the programs' own limits, which give a better reason. */
const PATIENCE_MS = 10_000;
const LONGEST_OUTPUT = 64 * 1024 ** 2;

/** Nobody is there to answer, and nobody asked for news of other versions. */
const QUIET = {
  GIT_TERMINAL_PROMPT: '0',
  PULUMI_SKIP_UPDATE_CHECK: 'true',
  SOPS_DISABLE_VERSION_CHECK: '1',
};

/** What a program answered. */
export interface Answer {
  /** `missing`: it did not start, such as when it is not on the PATH. `late`: it was stopped, because it did not end. */
  readonly outcome: 'ended' | 'late' | 'missing';
  readonly code: number | null;
  readonly stdout: string;
  /** The first line of what it complained about, or why it did not start. */
  readonly complaint: string;
}

/** Runs a program that only reads, and waits for its answer for a short while. */
export async function runProgram(program: string, args: readonly string[], input = ''): Promise<Answer> {
  const child = spawn(program, args, { env: { ...gitEnvironment(), ...QUIET }, stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      if (output[name].length > LONGEST_OUTPUT) child.kill('SIGKILL');
    });
  }
  // It may end without reading.
  child.stdin.on('error', () => undefined).end(input);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
    // What it started may hold its output open.
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  }, PATIENCE_MS);
  const { code, failure } = await new Promise<{ code: number | null; failure?: string }>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve({ code: null, failure: startFailure(program, error) }));
    child.once('close', (exitCode) => resolve({ code: exitCode }));
  });
  clearTimeout(timer);
  const outcome = failure !== undefined ? 'missing' : isLate ? 'late' : 'ended';
  const complaint = failure ?? (isLate ? `${program} did not answer within ${PATIENCE_MS / 1000} seconds` : lastWords(output.stderr, code));
  return { outcome, code, stdout: output.stdout.trim(), complaint };
}

function startFailure(program: string, { code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOENT' ? `${program} is not on the PATH` : message;
}

function lastWords(stderr: string, code: number | null): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  // Programs warn first and say last why they gave up.
  return (lines.find((line) => /^(error|fatal)/i.test(line)) ?? lines.at(-1))?.trim().slice(0, 300) ?? `it ended with ${code}`;
}
