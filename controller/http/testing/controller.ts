import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOKENS_FILE } from '../program/first-tokens.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The fleet of the guide. */
const FLEET = join(ROOT, 'docs', 'guides', 'fleet.json');

/** The program, as a process of its own. */
export interface Controller {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it has printed. */
  readonly printed: () => string;
  /** Sends a signal and waits for the end. @returns the exit code, or the signal */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

/** Starts the program on a folder, on a free port, and waits until it listens. */
export async function aController(folder: string, ...options: string[]): Promise<Controller> {
  const args = [join(ROOT, 'controller', 'main.ts'), '--fleet', FLEET, '--data', folder, '--port', '0', ...options];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')));
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /listens on (http:\/\/\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', look);
    void ended.then((code) => reject(new Error(`The controller ended with ${code}: ${printed}`)));
  });
  return {
    url,
    child,
    printed: () => printed,
    async end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Calls the program as the first admin of the org, or with another token. */
export async function request(
  { url }: Pick<Controller, 'url'>,
  token: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(`${url}/v1/orgs/acme${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

/** The first token of the org `acme`. */
export function adminToken(folder: string): string {
  return tokenOf(folder, 'acme');
}

/** The first token of an org. */
export function tokenOf(folder: string, org: string): string {
  const tokens = JSON.parse(readFileSync(join(folder, TOKENS_FILE), 'utf8')) as Record<string, string>;
  return tokens[org] ?? '';
}
