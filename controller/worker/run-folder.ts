import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Claim, LIMITS, traceParent } from '../contract/wire/index.ts';
import type { Found } from './result.ts';

/** Most bytes of a variable of the environment that holds a text; systems allow a little more. */
const VARIABLE_BYTES = 96 * 1024;

/** What the agent's program has no business with: its wrapper reports for it. */
const WITHHELD = ['AGENT_DISPATCHER_TOKEN_FILE', 'AGENT_DISPATCHER_URL'];

/** What the program left as its result is none. */
export class BadResult extends Error {
  override readonly name = 'BadResult';
}

/** The folder of one attempt, which only this user can read: what the program is told, and what it leaves. It goes when the attempt has ended. */
export class RunFolder {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;

  /** Writes what the program is told. `/etc/agent` is read-only, so it stands here, and variables say where. */
  static async create(claim: Claim, program: string): Promise<RunFolder> {
    const path = await mkdtemp(join(tmpdir(), 'fleetwright-'));
    const event = JSON.stringify(eventOf(claim));
    const folder = new RunFolder(path, envOf(claim, path, event));
    await writeFile(join(path, 'event.json'), event);
    await mkdir(join(path, 'bin'));
    await writeFile(join(path, 'bin', 'task'), `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(program)} task "$@"\n`, { mode: 0o755 });
    return folder;
  }

  private constructor(path: string, env: NodeJS.ProcessEnv) {
    this.path = path;
    this.env = env;
  }

  /** The variable by which the processes of this attempt are known. */
  get mark(): string {
    return `AGENT_RUN_DIR=${this.path}`;
  }

  get socket(): string {
    return join(this.path, 'task.sock');
  }

  /** Opens a file with this text, for a program to read. */
  async openInput(text: string): Promise<number> {
    const file = join(this.path, 'input');
    await writeFile(file, text);
    return openSync(file, 'r');
  }

  /** The result, if the program has written the file of it. @throws BadResult if that is no JSON, too long, or no file */
  readResult(): { readonly result: Found } | undefined {
    const descriptor = openIfThere(join(this.path, 'result.json'));
    if (descriptor === undefined) return undefined;
    try {
      const found = fstatSync(descriptor);
      if (!found.isFile()) throw new BadResult('The result at AGENT_RESULT_FILE is no file');
      if (found.size > LIMITS.resultBytes)
        throw new BadResult(`The result has ${found.size} bytes and may have ${LIMITS.resultBytes}; give a reference to it instead`);
      return { result: { value: parse(readFileSync(descriptor, 'utf8')) } };
    } finally {
      closeSync(descriptor);
    }
  }

  /** Removes it, unless the program made something in it that cannot be removed; that is no reason to take its work for lost. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Writes files that only this user can read, over those that are there. */
export async function writePrivately(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rm(path, { force: true });
    await writeFile(path, text, { mode: 0o600 });
  }
}

/** The program may have put anything there: no link is followed, and nothing is waited for. */
function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BadResult('The result at AGENT_RESULT_FILE is no file', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadResult('The result at AGENT_RESULT_FILE is no JSON', { cause });
  }
}

/** The claim without what proves it. */
function eventOf(claim: Claim): object {
  const { fence, leaseSeconds: _, leaseUntil: __, ...event } = claim;
  return { task: fence.task, attempt: fence.attempt, ...event };
}

function envOf({ fence, budget, session }: Claim, path: string, event: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !WITHHELD.includes(name));
  return {
    ...Object.fromEntries(inherited),
    ...(Buffer.byteLength(event) > VARIABLE_BYTES ? { AGENT_EVENT: '' } : { AGENT_EVENT: event }),
    AGENT_EVENT_FILE: join(path, 'event.json'),
    AGENT_RESULT_FILE: join(path, 'result.json'),
    AGENT_RUN_DIR: path,
    AGENT_TASK_ATTEMPT: String(fence.attempt),
    AGENT_TASK_ID: fence.task,
    AGENT_TASK_SOCKET: join(path, 'task.sock'),
    TRACEPARENT: traceParent(fence.task, fence.attempt),
    AGENT_TRIGGER: process.env['AGENT_TRIGGER'] ?? 'task',
    PATH: [join(path, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    ...(budget > 0 ? { AGENT_TASK_BUDGET_USD: String(budget / 1e6) } : {}),
    ...(session === undefined ? {} : { AGENT_SESSION: session }),
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
