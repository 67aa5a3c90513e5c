import { describe, expect, it } from 'vitest';
import { Duration, Exposure, Probe, Replicas, Run, Size, Workspace } from './index.ts';

describe('Run.schedule', () => {
  it.each(['* * * * *', '0 7 * * 1-5', '*/5 0,12 1-31/2 1,6 0', '59 23 31 12 7'])('accepts %j', (cron) => {
    expect(Run.schedule(cron).mode).toMatchObject({
      kind: 'schedule',
      cron,
      timeZone: 'Etc/UTC',
      whileRunning: 'Forbid',
      suspended: false,
      retries: 0,
    });
  });

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '5-1 * * * *',
    '*/0 * * * *',
    'a * * * *',
    '@daily',
    '* * * * *\n',
  ])('refuses %j', (cron) => {
    expect(() => Run.schedule(cron)).toThrow(/Run.schedule: 'cron' must be five fields/);
  });

  it('says which field is wrong', () => {
    expect(() => Run.schedule('0 25 * * *')).toThrow(
      "Run.schedule: 'cron' must be five fields of numbers, '*', ',', '-' and '/'; look at the hour, got '0 25 * * *' [FW_INVALID_VALUE]",
    );
  });

  it.each(['Mars/Olympus', 'CEST', ''])('refuses the time zone %j', (timeZone) => {
    expect(() => Run.schedule('* * * * *', { timeZone })).toThrow(/'timeZone' must be an IANA time zone/);
  });
});

describe('Run', () => {
  it.each([{ max: 0 }, { min: 3, max: 2 }, { max: 1.5 }, { max: 1001 }, { min: -1, max: 2 }, { max: 2, tasksPerWorker: 0 }])(
    'refuses a pool of %j',
    (options) => {
      expect(() => Run.pool(options)).toThrow(/Run.pool: '\w+' must be a whole number from/);
    },
  );

  it.each([Duration.millis(1500), Duration.days(8), Duration.seconds(0)])('refuses a deadline of %o', (deadline) => {
    expect(() => Run.job({ deadline })).toThrow(/'deadline, in seconds,' must be a whole number from 1 to 604800/);
  });
});

describe('Replicas', () => {
  it.each([0, -1, 1.5, 201])('refuses %d', (count) => expect(() => Replicas.fixed(count)).toThrow(/must be a whole number from 1 to 200/));
  it('refuses a range that is none', () => expect(() => Replicas.onCpu({ min: 2, max: 2 })).toThrow(/'max' must be more than min \(2\)/));
  it.each([0, 101, 1.5])('refuses to aim at %d percent', (targetPercent) => {
    expect(() => Replicas.onCpu({ min: 1, max: 2, targetPercent })).toThrow(/'targetPercent' must be a whole number from 1 to 100/);
  });
});

describe('Probe', () => {
  it.each(['healthz', '/health?x=1', '/a b'])('refuses the path %j', (path) =>
    expect(() => Probe.http(path)).toThrow(/'path' must begin with '\/'/),
  );
  it('refuses to run nothing', () => expect(() => Probe.command([])).toThrow(/'command' must name a program/));
  it('refuses half seconds', () => expect(() => Probe.tcp({ period: Duration.millis(1500) })).toThrow(/'period' must be whole seconds/));
  it.each([0, 1001])('refuses %d failures', (failures) =>
    expect(() => Probe.tcp({ failures })).toThrow(/'failures' must be a whole number/),
  );
});

describe('Workspace', () => {
  it.each(['/etc/passwd', '../x', 'a/../../x', '', 'a//b', './a', 'a/', 'a\nb', 'a\0', 'a\\b', '..data', 'a/..', 'ä'.repeat(128)])(
    'refuses the initial file %j',
    (path) => {
      expect(() => Workspace.volume({ size: Size.gibibytes(1), initialFiles: { [path]: '' } })).toThrow(
        /'initialFiles' must be paths below the workspace/,
      );
    },
  );
  it('refuses a file below a file', () => {
    expect(() => Workspace.volume({ size: Size.gibibytes(1), initialFiles: { a: '', 'a/b/c': '' } })).toThrow(
      "Workspace: 'initialFiles' must not hold a file below the file 'a', got 'a/b/c' [FW_INVALID_VALUE]",
    );
  });
  it('takes files that have a folder in common', () => {
    const initialFiles = { 'docs/a b.md': '', 'docs/.x': '', docs2: '', ünï: '' };
    expect(Workspace.volume({ size: Size.gibibytes(1), initialFiles }).initialFiles).toEqual(initialFiles);
  });
  it('refuses a size that is no whole mebibyte', () =>
    expect(() => Workspace.scratch(Size.kibibytes(1500))).toThrow(/'size' must be whole mebibytes above 0/));
});

describe('Exposure', () => {
  it('wants a reason for being public', () => expect(() => Exposure.public(' ')).toThrow(/'reason' must say why nobody signs in/));
  it('refuses odd groups', () => expect(() => Exposure.signedIn({ groups: ['a,b'] })).toThrow(/'groups' must be names of groups/));
});
