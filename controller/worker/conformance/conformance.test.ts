import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const WORKER = join(import.meta.dirname, '..', 'main.ts');

describe('worker conformance', { timeout: 60_000 }, () => {
  async function judge(script: string, ...args: string[]): Promise<{ code: number | null; verdicts: Record<string, string> }> {
    const command = script === '' ? ['/no/such'] : ['sh', '-c', script];
    const child = spawn(process.execPath, [WORKER, 'conformance', ...args, '--', ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [[code], printed] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
    const rows = printed
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    return { code: code as number | null, verdicts: Object.fromEntries(rows.map(([verdict, rule]) => [rule, verdict])) };
  }

  const KEPT = { starts: 'kept', ends: 'kept', 'exit-code': 'kept', result: 'kept', text: 'kept', stops: 'unseen', 'no-remains': 'kept' };

  it('finds nothing wrong with a program that keeps the rules', async () => {
    expect(await judge(`cat >/dev/null; echo '{"ok": true}'`)).toEqual({ code: 0, verdicts: KEPT });
    expect(await judge(`sleep 2; echo '{"ok": true}'`)).toEqual({ code: 0, verdicts: { ...KEPT, stops: 'kept' } });
    expect(await judge('task ask Really? || exit $?')).toEqual({ code: 0, verdicts: KEPT });
  });

  it.each<[string, string, object]>([
    ['ends with an error', 'exit 3', { 'exit-code': 'broken', result: 'broken' }],
    ['gives no result', 'echo done', { result: 'broken' }],
    ['prints no text', String.raw`printf '\377\n{}\n'`, { text: 'broken' }],
    ['hears no SIGTERM', `trap '' TERM; i=0; while [ $i -lt 30 ]; do sleep 0.1; i=$((i + 1)); done; echo {}`, { stops: 'broken' }],
    ['leaves something running', `(setsid sleep 1000 &); sleep 0.3; echo '{}'`, { 'no-remains': 'broken' }],
  ])('tells when a program %s', async (_, script, broken) => {
    const { code, verdicts } = await judge(script, '--grace', '1');
    expect(code).toBe(1);
    expect({ ...verdicts, stops: verdicts['stops'] === 'kept' ? 'unseen' : verdicts['stops'] }).toEqual({ ...KEPT, ...broken });
  });

  it('tells when a program never ends, or cannot be started', async () => {
    expect(await judge('sleep 1000', '--seconds', '1')).toMatchObject({ code: 1, verdicts: { ends: 'broken', stops: 'kept' } });
    expect(await judge('')).toEqual({ code: 1, verdicts: { starts: 'broken' } });
  });
});
