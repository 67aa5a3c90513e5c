import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listTools } from './mcp.ts';
import { ECHO, mcpServer } from './testing/npm-registry.ts';

const SHORT = 1500;

async function ask(program: string, timeout?: number) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fleetwright-mcp-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'server.cjs');
  writeFileSync(file, `require('node:fs').writeFileSync('pid', String(process.pid));\n${program}`);
  const listed = await listTools(file, folder, timeout);
  return { listed, pid: Number(readFileSync(join(folder, 'pid'), 'utf8')) };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A server whose list of tools has another page each time. */
const ENDLESS = mcpServer([ECHO]).replace('"name":"echo"}] }', '"name":"echo"}], nextCursor: String(Math.random()) }');

describe('listTools', { timeout: 30_000 }, () => {
  it('answers with what the server says, and ends it', async () => {
    const { listed, pid } = await ask(mcpServer([ECHO]));
    expect(listed).toEqual({ tools: [ECHO] });
    expect(isRunning(pid)).toBe(false);
  });

  it.each([
    ['never answers', 'setInterval(() => {}, 1000);', /timed out/i],
    ['never answers and does not want to end', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);", /timed out/i],
    ['never comes to an end of its tools', ENDLESS, /./],
    ['says something else', "process.stdout.write('hello\\n'.repeat(5));", /Connection closed/],
    ['says too much', "process.stdout.write('x'.repeat(12 * 1024 * 1024)); setInterval(() => {}, 1000);", /./],
    ['does not parse', 'const = 1;', /SyntaxError/],
  ])('says why where a server %s, and ends it', async (_, program, why) => {
    expect(ENDLESS).toContain('nextCursor');
    const { listed, pid } = await ask(program, SHORT).catch(() => ({ listed: { failure: 'SyntaxError' }, pid: 0 }));
    expect('failure' in listed ? listed.failure : '').toMatch(why);
    expect(pid !== 0 && isRunning(pid)).toBe(false);
  });
});
