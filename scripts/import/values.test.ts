import { describe, expect, it } from 'vitest';
import { printCode } from './code.ts';
import { normalizeCron } from './cron.ts';
import { Names, toId } from './names.ts';
import { cpuCode, durationCode, parseDuration, parseQuantity, sizeCode, usdCode } from './values.ts';

describe('values of Kubernetes', () => {
  it.each([
    ['500m', 0.5],
    ['2', 2],
    ['1.5', 1.5],
    ['1Gi', 2 ** 30],
    ['512Mi', 512 * 2 ** 20],
    ['1G', 1e9],
    ['1e3', undefined],
    ['-1', undefined],
    ['many', undefined],
    ['', undefined],
  ])('reads %s as %s', (text, amount) => {
    expect(parseQuantity(text)).toBe(amount);
  });

  it.each([
    ['90s', 90],
    ['1h30m', 5400],
    ['500ms', 0.5],
    ['7d', 604_800],
    ['5', undefined],
    ['soon', undefined],
  ])('reads %s as %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it('writes them with their units', () => {
    const codes = [sizeCode(2 ** 30), sizeCode(1e9), cpuCode(0.25), cpuCode(4), durationCode(5400), durationCode(86_400), usdCode(0.1)];
    expect(codes.map((code) => code && printCode(code, 0, 0))).toEqual([
      'Size.gibibytes(1)',
      'Size.mebibytes(954)',
      'Cpu.millis(250)',
      'Cpu.cores(4)',
      'Duration.minutes(90)',
      'Duration.days(1)',
      'usd(0.1)',
    ]);
    expect([sizeCode(0), sizeCode(undefined), cpuCode(0), cpuCode(1e6)]).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('normalizeCron', () => {
  it.each([
    ['0 9 * * MON-FRI', '0 9 * * 1-5'],
    ['0 0 1 jan,JUL ?', '0 0 1 1,7 *'],
    ['@hourly', '0 * * * *'],
    ['@weekly', '0 0 * * 0'],
    ['@every 15m', '*/15 * * * *'],
    ['@every 2h', '0 */2 * * *'],
    ['@every 24h', '0 0 * * *'],
    ['@every 7m', '@every 7m'],
    ['  5  4 * * *', '5 4 * * *'],
  ])('writes %s as %s', (text, cron) => {
    expect(normalizeCron(text)).toBe(cron);
  });
});

describe('names', () => {
  it.each([
    ['gpt-4.1', 'gpt-4-1'],
    ['4o', 'n4o'],
    ['My_Agent', 'my-agent'],
    ['openai-credentials', 'openai'],
    ['gateway', 'gateway-1'],
    ['constructor', 'constructor-1'],
    ['con', 'con-1'],
    ['日本', 'unnamed'],
    ['a'.repeat(60), 'a'.repeat(48)],
  ])('makes %s the id %s', (name, id) => {
    expect(toId(name)).toBe(id);
  });

  it('gives no id and no variable twice', () => {
    const names = new Names();
    expect([names.id('web', 'agent'), names.id('web', 'tool'), names.id('web', 'tool'), names.id('Web', 'x')]).toEqual([
      'web',
      'web-tool',
      'web-2',
      'web-x',
    ]);
    expect([
      names.variable('my-tool', 'tool'),
      names.variable('my-tool', 'tool'),
      names.variable('my-tool', 'tool'),
      names.variable('new', 'model'),
    ]).toEqual(['myTool', 'myToolTool', 'myTool2', 'newModel']);
  });
});
