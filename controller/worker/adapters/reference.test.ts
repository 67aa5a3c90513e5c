import { describe, expect, it } from 'vitest';
import type { Claim } from '../../contract/wire/index.ts';
import { adapterOf, programOf } from './index.ts';

describe('the adapter of the reference agent', () => {
  const adapter = adapterOf('reference');

  it('starts it, and needs no program to be named', () => {
    expect(adapter.call(['a', 'b'], {} as Claim, {})).toEqual({ argv: ['a', 'b'], input: '' });
    expect(programOf('reference', ['a'])).toEqual(['a']);
    expect(programOf('reference', [])).toEqual([process.execPath, expect.stringMatching(/\/controller\/agent\/main\.ts$/)]);
    expect(() => programOf('shell', [])).toThrow("The adapter 'shell' needs the program to run, after '--'");
  });

  it('reads its report', () => {
    const usage = [{ model: 'fast', inputTokens: 10, outputTokens: 5, cost: 30 }];
    const report = { type: 'result', session: 's', usage, result: { ok: true } };
    expect(adapter.read(`Done.\n${JSON.stringify(report)}\n`, {})).toEqual({ session: 's', usage, result: { value: { ok: true } } });
    const lies = { type: 'result', session: '', usage: [null, 7, { model: 'x', cost: -1, inputTokens: '1' }] };
    expect(adapter.read(JSON.stringify(lies), {})).toEqual({ usage: [{ model: 'x', inputTokens: 0, outputTokens: 0, cost: 0 }] });
    expect(adapter.read('{"any": "thing"}', {})).toEqual({ result: { value: { any: 'thing' } } });
    expect(adapter.read('nothing', {})).toEqual({});
  });
});
