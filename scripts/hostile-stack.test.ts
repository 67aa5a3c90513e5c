import { describe, expect, it } from 'vitest';
import { fleetwright } from './testing/command.ts';
import { aProject } from './testing/project.ts';

const ENDED = 'Something ended the process before the command was done, such as process.exit() or an endless await in a stack.\n';

describe('A stack', { timeout: 60_000 }, () => {
  it.each(['process.exit(0)', 'process.exit()', 'process.exitCode = 0; process.exit()'])('does not end the run well by %s', (code) => {
    const project = aProject(`\n  ${code};`);
    for (const command of ['synth', 'check', 'list']) expect(fleetwright(project, command)).toEqual({ code: 2, stdout: '', stderr: ENDED });
    expect(project.read()).toEqual({});
  });

  it('does not end the run well by waiting for nothing', () => {
    const project = aProject();
    project.write('stacks/acme.ts', 'await new Promise(() => undefined);\nexport default () => undefined;\n');
    const { code, stderr } = fleetwright(project, 'check');
    expect({ code, stderr: stderr.slice(-ENDED.length) }).toEqual({ code: 2, stderr: ENDED });
  });

  it.each([
    ['a promise', "void Promise.reject(new Error('too late'));"],
    ['a timer', "setImmediate(() => { throw new Error('too late'); });"],
  ])('that leaves %s behind is refused when that fails, before anything is written', (_, left) => {
    const project = aProject(`\n  ${left}`);
    const { code, stdout, stderr } = fleetwright(project, 'synth');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^something that was left running has failed; a stack reads nothing and waits for nothing, .*\nError: too late\n +at .*stacks\/acme\.ts:4:/,
    );
    expect(project.read()).toEqual({});
  });

  it('is not waited for', () => {
    const project = aProject('\n  setInterval(() => undefined, 1000);');
    expect(fleetwright(project, 'synth').code).toBe(0);
    expect(fleetwright(project, 'check').code).toBe(0);
  });

  it.each([
    ['the working directory', "process.chdir('/');"],
    ['Array.prototype.sort', 'Array.prototype.sort = function () { return this; };'],
    ['Object.prototype.privileged', 'Object.prototype.privileged = true;'],
    ['JSON.stringify', 'JSON.stringify = () => "{}";'],
  ])('must not change %s', (what, code) => {
    const project = aProject(`\n  ${code}`);
    const { code: exit, stderr } = fleetwright(project, 'synth');
    expect({ exit, stderr }).toEqual({
      exit: 2,
      stderr: `stacks/acme.ts changed ${what}, which all that follows relies on; a stack adds its org and changes nothing else [FW_STACK_INVALID]\n`,
    });
    expect(project.read()).toEqual({});
  });

  it('must not put off such a change', () => {
    const project = aProject("\n  process.nextTick(() => process.chdir('/'));");
    expect(fleetwright(project, 'synth').stderr).toMatch(/ changed the working directory, /);
  });

  it.each([
    ['chance', 'const word = Math.random();'],
    ['what other stacks say', 'const word = fleet.orgs.length;'],
  ])('that depends on %s is refused by check', (_, code) => {
    const project = aProject();
    project.environment('dev', ['aaa', 'acme']);
    project.stack('aaa');
    const agent = "new Agent(org, 'worker', { runtime: WorkerRuntime.reference(), run: Run.service(), instructions: `Say ${word}.` });";
    project.stack('acme', `\n  ${code}\n  ${agent}`);
    const { code: exit, stderr } = fleetwright(project, 'check');
    expect(exit).toBe(2);
    expect(stderr).toBe(
      'stacks/acme.ts says something else when it runs again on its own, for one in dev/acme/worker.yaml: ' +
        'a stack depends on its environment alone, not on chance, time, this machine or other stacks [FW_STACK_INVALID]\n',
    );
  });
});
