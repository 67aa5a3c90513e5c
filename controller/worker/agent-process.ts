import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { findMarked, killMarked, signalProcess } from './processes.ts';

/** How long output may still come when all processes are gone, in milliseconds: a process of another user may hold the pipe open. */
const LAST_OUTPUT_MS = 2000;

/**
 * Reads the id of the group; when nobody holds its standard input any more, kills the group and all that have inherited the variable of the first
 * argument, and removes the folder of the second.
 */
const GUARDIAN = `
read -r group
read -r _
kill -KILL -"$group"
for round in 1 2 3 4 5 6 7 8 9; do
  found=$(grep -lsF -e "$1" /proc/[0-9]*/environ)
  [ -n "$found" ] || break
  for file in $found; do file=\${file#/proc/}; kill -KILL "\${file%/environ}"; done
done
rm -rf "$2"
`;

/** What to start, and where. */
export interface AgentCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The variable, as `NAME=value`, by which its processes are known. It must stand in `env`. */
  readonly mark: string;
  /** A folder that is removed if the worker is killed. */
  readonly folder: string;
  /** Descriptor of the file that it reads as standard input. */
  readonly input: number;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Why it could not be started. */
  readonly refused: string | undefined;
  /** How many of its processes were still there when it had ended. */
  readonly left?: number;
}

/**
 * The agent's program with all that it starts: a process group of its own. When the program ends, the others are killed; when this process is
 * killed, a guardian kills them all.
 */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #mark: string;
  readonly #guardian: Guardian;
  #timer: NodeJS.Timeout | undefined;
  #killAt = Infinity;
  #running = true;

  /** When no process is left and all output has been read. */
  readonly ended: Promise<ProgramEnd>;

  constructor({ argv, env, mark, folder, input }: AgentCommand) {
    const [program = '', ...rest] = argv;
    const guardian = new Guardian(mark, folder);
    try {
      this.#child = spawn(program, rest, { detached: true, env, stdio: [input, 'pipe', 'pipe'] });
    } catch (error) {
      guardian.end();
      throw error;
    }
    guardian.watch(this.#child.pid);
    this.stdout = this.#child.stdout ?? Readable.from([]);
    this.stderr = this.#child.stderr ?? Readable.from([]);
    this.#mark = mark;
    this.#guardian = guardian;
    this.ended = this.#waitForEnd();
  }

  /** Sends a signal to the whole group. */
  signal(signal: NodeJS.Signals): void {
    if (this.#running && this.#child.pid !== undefined) signalProcess(-this.#child.pid, signal);
  }

  /** Asks the group to end, and kills it when the time is over. Asked again, it only ever takes less time. */
  stop(graceMs: number): void {
    const killAt = performance.now() + graceMs;
    if (!this.#running || killAt >= this.#killAt) return;
    this.#killAt = killAt;
    this.signal('SIGTERM');
    // What rests cannot hear.
    this.signal('SIGCONT');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
  }

  async #waitForEnd(): Promise<ProgramEnd> {
    const { promise: exited, resolve: exit } = Promise.withResolvers<ProgramEnd>();
    const { promise: closed, resolve: close } = Promise.withResolvers<undefined>();
    this.#child.once('error', ({ message }) => exit({ code: undefined, signal: undefined, refused: message }));
    this.#child.once('exit', (code, signal) => {
      const left = findMarked(this.#mark).length;
      this.signal('SIGKILL');
      exit({ code: code ?? undefined, signal: signal ?? undefined, refused: undefined, left });
    });
    this.#child.once('close', () => close(undefined));
    const end = await exited;
    this.#running = false;
    clearTimeout(this.#timer);
    await killMarked(this.#mark);
    this.#guardian.end();
    const late = setTimeout(() => {
      this.stdout.destroy();
      this.stderr.destroy();
    }, LAST_OUTPUT_MS);
    if (end.refused === undefined) await closed;
    clearTimeout(late);
    return end;
  }
}

/** Nothing tells a process that its parent was killed, but a pipe ends. It is there before the program is, so no moment is left out. */
class Guardian {
  readonly #process: ChildProcess;

  constructor(mark: string, folder: string) {
    const env = { PATH: process.env['PATH'] };
    this.#process = spawn('sh', ['-c', GUARDIAN, 'sh', mark, folder], { detached: true, env, stdio: ['pipe', 'ignore', 'ignore'] });
    // Without a shell there is none; in a container the kernel ends all processes with the worker.
    this.#process.once('error', () => undefined);
    this.#process.stdin?.on('error', () => undefined);
  }

  /** Tells it the id of the group, if there is one. */
  watch(group: number | undefined): void {
    if (group !== undefined) this.#process.stdin?.write(`${group}\n`);
  }

  /** There is nothing left to guard. */
  end(): void {
    this.#process.kill('SIGKILL');
    this.#process.stdin?.destroy();
  }
}
