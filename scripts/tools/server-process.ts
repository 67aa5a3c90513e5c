import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { type JSONRPCMessage, ReadBuffer, serializeMessage, type Transport } from '@modelcontextprotocol/client';

const LONGEST_COMPLAINT = 300;

/**
 * An MCP server as a process of Node.js that nobody trusts. The SDK's own transport hands down variables, and ends a server by asking
 * it to; this one hands down nothing, and is over when it is closed.
 */
export class ServerProcess implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  /** What it has written to its standard error, in a line. */
  get complaint(): string {
    return this.#complaint.trim().replaceAll(/\s+/g, ' ').slice(0, LONGEST_COMPLAINT);
  }
  #complaint = '';
  readonly #buffer = new ReadBuffer();
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<unknown>;

  /** Starts `program`, which may read and write `folder` and nothing else, and may start no other program. */
  constructor(program: string, folder: string) {
    const rights = ['--permission', `--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`];
    this.#child = spawn(process.execPath, [...rights, program], { cwd: folder, env: { HOME: folder, TMPDIR: folder }, stdio: 'pipe' });
    this.#ended = once(this.#child, 'close').catch(() => undefined);
  }

  async start(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child;
    stderr.on('data', (chunk: Buffer) => {
      if (this.#complaint.length < LONGEST_COMPLAINT) this.#complaint += chunk.toString();
    });
    stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    for (const source of [stdin, stdout, stderr, this.#child]) source.on('error', (error: Error) => this.onerror?.(error));
    void this.#ended.then(() => this.onclose?.());
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#child.stdin.write(serializeMessage(message));
  }

  /** Ends it at once: it holds nothing that is worth a farewell. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** A line that is no message is let pass, as servers write notes there by mistake; too long a line ends it all. */
  #receive(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
      this.#child.kill('SIGKILL');
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        this.onerror?.(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}
