import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** How a command ended. */
export interface CommandResult {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

/** Where and how `runCommand` runs. */
export interface CommandOptions {
  readonly root: string;

  /**
   * Added to the variables of this process.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string>>;

  /**
   * Show what the command prints while it runs.
   *
   * @default false
   */
  readonly isShown?: boolean;
}

/** Runs a program of `node_modules/.bin`, or of the PATH, and waits for its end. Programs of npm packages run under this Node.js. */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  { root, env = {}, isShown = false }: CommandOptions,
): Promise<CommandResult> {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const child = spawn(program === 'node' ? process.execPath : program, args, { cwd: root, env: { ...process.env, PATH: path, ...env } });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (isShown) process.stdout.write(chunk);
    });
  }
  return new Promise((done) => {
    child.once('error', (error) => done({ code: null, output: `${program} does not start: ${error.message}\n` }));
    child.once('close', (code) => done({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
