import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message, ToolCall } from './model/message.ts';

/** The folder of a workspace that is the agent's own: its tools neither see nor change it. */
export const OWN_FOLDER = '.fleetwright';

/** How long what nobody goes on with is kept, in milliseconds. */
const KEPT_MS = 7 * 86_400_000;

/** Most bytes of a conversation that is gone on with. */
const BYTES = 32 * 1024 * 1024;

/** A conversation that outlives an attempt: a later one, in the same workspace, goes on with it. */
export class Session {
  readonly id: string;
  readonly #file: string;
  readonly #messages: Message[];

  /** Opens the session of this id, or begins one. What cannot be read is begun anew: the task says all that has to be known. */
  static open(workspace: string, id: string): Session {
    const folder = join(workspace, OWN_FOLDER, 'sessions');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    sweep(folder);
    // An id comes from the controller, which had it from an agent.
    const file = join(folder, `${Buffer.from(id).toString('base64url').slice(0, 200)}.json`);
    return new Session(id, file, read(file));
  }

  private constructor(id: string, file: string, messages: Message[]) {
    this.id = id;
    this.#file = file;
    this.#messages = messages;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Calls of tools that have no answer yet: the first thing to do when an attempt was over before they were. */
  get pending(): readonly ToolCall[] {
    const at = this.#messages.findLastIndex(({ role }) => role === 'assistant');
    const last = this.#messages[at];
    if (last?.role !== 'assistant') return [];
    const answered = new Set(this.#messages.slice(at).map((message) => (message.role === 'tool' ? message.tool_call_id : undefined)));
    return (last.tool_calls ?? []).filter(({ id }) => !answered.has(id));
  }

  add(...messages: readonly Message[]): void {
    this.#messages.push(...messages);
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#messages), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** There is nothing to go on with. */
  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

/** Removes what tasks have left that nobody has gone on with for a week: those that failed, or were taken away. */
export function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}

function read(file: string): Message[] {
  try {
    if (statSync(file).size > BYTES) return [];
    const messages: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(messages) ? (messages as Message[]) : [];
  } catch {
    return [];
  }
}
