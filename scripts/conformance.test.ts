import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'fleetwright.js');

async function judge(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [PROGRAM, 'conformance', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  const [code, out, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, said: out + errors };
}

test.concurrent('a program that keeps the rules', { timeout: 60_000 }, async () => {
  const { code, said } = await judge('--input', 'What is 6 times 7?', '--command', `cat >&2; echo '{"answer": 42}'`);
  expect(code).toBe(0);
  expect(said).toMatch(/^kept +result +It gives a result as JSON$/m);
  expect(said).not.toContain('broken');
});

test.concurrent('a program that breaks one', { timeout: 60_000 }, async () => {
  const { code, said } = await judge('--command', 'echo no result');
  expect(code).toBe(1);
  expect(said).toMatch(/^broken +result +It gave no result: /m);
});

test.concurrent('an adapter that there is not', { timeout: 60_000 }, async () => {
  const { code, said } = await judge('--adapter', 'abacus', '--command', 'true');
  expect(code).toBe(1);
  expect(said).toContain("There is no adapter 'abacus'; there are shell, reference, claude-code");
});
