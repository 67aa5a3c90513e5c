import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** How long the program may take until it listens, in milliseconds. */
const START_MS = 120_000;

/** Options of `ControllerProcess`. */
export interface ControllerOptions {
  /** Folder that holds `controller/`: the repository, or a copy with a fault. */
  readonly source: string;
  /** Where the embedded database, the first tokens and the program's messages are kept. */
  readonly folder: string;
  readonly fleet: string;
  readonly port: number;
  /** A PostgreSQL database instead of the embedded one. */
  readonly postgres: string | undefined;
}

/** The real program, as a process that is started again and again on the same data and the same port. */
export class ControllerProcess {
  readonly #options: ControllerOptions;
  readonly #messages: WriteStream;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #isExpected = true;
  readonly #leaveNothing = () => void this.#child?.kill('SIGKILL');

  /** Ends that nobody caused, as the program printed them. */
  readonly unexpected: string[] = [];

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#messages = createWriteStream(join(options.folder, 'controller.log'), { flags: 'a' });
    process.once('exit', this.#leaveNothing);
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param clockSeconds how far its clock is from the machine's
   * @returns how long that took, in milliseconds
   */
  async start(clockSeconds = 0): Promise<number> {
    const { source, folder, fleet, port, postgres } = this.#options;
    const begin = performance.now();
    const clock = clockSeconds === 0 ? [] : ['--import', join(import.meta.dirname, 'shifted-clock.ts')];
    const program = [join(source, 'controller', 'main.ts'), '--fleet', fleet, '--data', folder, '--port', String(port)];
    const child = spawn(process.execPath, [...clock, ...program, '--rate', '1000000'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        CLOCK_SECONDS: String(clockSeconds),
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
        ...(postgres === undefined ? {} : { FLEETWRIGHT_POSTGRES: postgres }),
      },
    });
    this.#child = child;
    this.#isExpected = false;
    const printed: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => {
      this.#messages.write(chunk);
      printed.push(chunk.toString());
      if (printed.length > 20) printed.shift();
    });
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (!this.#isExpected) this.unexpected.push(`It ended with ${code ?? signal}: ${printed.join('').trim()}`);
        resolve();
      });
    });
    await untilListening(child, this.#ended, () => this.unexpected.at(-1));
    return performance.now() - begin;
  }

  /** Sends SIGKILL and waits for the end. */
  async kill(): Promise<void> {
    this.#isExpected = true;
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Lets it stand still, or go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  async close(): Promise<void> {
    await this.kill();
    process.off('exit', this.#leaveNothing);
    await new Promise((resolve) => this.#messages.end(resolve));
  }
}

async function untilListening(child: ChildProcess, ended: Promise<void>, why: () => string | undefined): Promise<void> {
  let printed = '';
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.includes('listens on')) resolve(undefined);
  });
  const timer = setTimeout(() => reject(new Error(`The controller did not start in ${START_MS / 1000} s: ${printed}`)), START_MS);
  void ended.then(() => reject(new Error(`The controller did not start. ${why() ?? printed}`)));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}
