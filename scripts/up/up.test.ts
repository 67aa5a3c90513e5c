import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fleetwright } from '../testing/command.ts';
import { aProject, type Project } from '../testing/project.ts';
import { eventually, markOf, startUp } from './testing/up-process.ts';
import { findMarked } from './processes.ts';

/** Two agents that can run here, and one that cannot. */
const ORG = `
  const shell = (script) => WorkerRuntime.shell({ command: ['sh', '-c', script] });
  new Agent(org, 'echo', { runtime: shell('echo "first words of $AGENT_NAME"; echo \\'{"done":true}\\''), run: Run.job(), instructions: 'Say hello.' });
  new Agent(org, 'slow', { runtime: shell('echo begins; while [ ! -e stop ]; do sleep 0.1; done; echo \\'{"version":1}\\''), run: Run.job() });
  new Agent(org, 'lost', { runtime: WorkerRuntime.shell({ command: ['no-such-program'] }), run: Run.job() });`;

function edit(project: Project, ...changes: readonly (readonly [from: string, to: string])[]): void {
  let text = project.source('stacks/acme.ts');
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  project.write('stacks/acme.ts', text);
}

function command(project: Project, args: string): { code: number | null; stdout: string; stderr: string } {
  return fleetwright(project, args);
}

describe('fleetwright up', { timeout: 300_000 }, () => {
  it('runs a fleet, goes along with its stacks, and leaves nothing behind', async () => {
    const project = aProject(ORG);
    const up = startUp(project.root, ['--port', '0', '--timing']);
    await up.until(/The fleet runs at http:\/\/127\.0\.0\.1:\d+ \(environment dev\)/);
    await up.until(/runs {2}acme: echo, slow/);
    await up.until(/not {3}acme: lost: its program 'no-such-program' is not on the PATH; install it/);
    await up.until(/A first task has begun: "Say hello\."/);
    // Events and output come by streams of their own.
    await up.untilAll(
      /acme\/echo +\| begins "Say hello\." [0-9a-f]{8}\n/,
      /acme\/echo +\| first words of echo\n/,
      / s {2}the first task has ended/,
      /acme\/echo +\| succeeded "Say hello\."/,
    );

    // A second one is refused, and does not disturb the first.
    const second = command(project, 'up --port 0');
    expect(second).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(new RegExp(`^Process ${up.child.pid} on .* runs the fleet of .*Ctrl-C`)),
    });

    expect(command(project, 'sign-in').stdout).toMatch(
      /^Each is good once, within ten minutes:\nacme {2}http:\/\/127\.0\.0\.1:\d+\/sign-in#\S+\n$/,
    );
    expect(command(project, 'new Nothing --agent lost').stderr).toMatch(
      /^lost cannot run here, so the task waits: its program 'no-such-program'/,
    );

    const begun = JSON.parse(command(project, 'new Wait --agent slow --output json').stdout) as { tasks: { id: string }[] };
    const task = begun.tasks[0]?.id ?? '';
    await up.until(/acme\/slow +\| begins\n/);

    // A change is the next task's; a mistake nobody's.
    // In one piece: the first of two changes may be seen alone.
    edit(project, ['first words', 'other words'], ['"version":1', '"version":2']);
    await up.until(/The fleet was changed: acme\/echo, acme\/slow; what runs ends as it began\./);
    edit(project, ['  return org;', "  new Agent(org, 'fresh', { runtime: shell('echo \\'{}\\''), run: Run.job() });\n  return org;"]);
    await up.until(/The fleet was changed: acme\/fresh;/);
    expect(command(project, 'new Begin --agent fresh --follow').code).toBe(0);
    edit(project, ["new Org(fleet, 'acme')", "new Orgg(fleet, 'acme')"]);
    await up.until(/stacks\/acme\.ts:\d+:\d+ threw: Orgg is not defined \[FW_STACK_INVALID\]\nThe fleet goes on as it was\./);
    const followed = command(project, 'new Again --agent echo --follow');
    expect(followed.stdout).toMatch(/✓ [0-9a-f]{8} echo: succeeded Again\n$/);
    expect(followed.code).toBe(0);
    await up.until(/acme\/echo +\| other words of echo\n/);

    writeFileSync(join(project.root, '.fleetwright/agents/acme/slow/home/stop'), '');
    await up.until(/acme\/slow +\| succeeded "Wait"/);
    expect(command(project, `logs ${task.slice(0, 8)}`).stdout).toBe('begins\n{"version":1}\n');
    expect(command(project, `logs ${task.slice(0, 8)} -f`)).toMatchObject({ code: 0, stdout: 'begins\n{"version":1}\n' });
    expect(command(project, 'tasks --agent slow').stdout).toMatch(
      /^TASK +ORG +AGENT +STATE .*\n[0-9a-f]{8} {2}acme {2}slow +succeeded +1 {2}0\.00 USD .* Wait\n$/,
    );
    expect(command(project, 'status').stdout).toMatch(/ORG +AGENT +RUNNING +QUEUED\nacme +echo +0 +0\n/);

    expect(up.processes().length).toBeGreaterThan(0);
    expect(await up.end('SIGINT')).toBe(0);
    expect(up.processes()).toEqual([]);
    expect(command(project, 'status')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^no fleet runs in the state folder '\.fleetwright'; start one with/),
    });
  });

  it('leaves nothing behind when it is killed, and ends what others left', async () => {
    const project = aProject(ORG);
    const server = createServer().listen(8080, '127.0.0.1');
    onTestFinished(() => void server.close());
    const up = startUp(project.root, []);
    await up.until(/Port 8080 is taken, so it is \d+ this time/);
    await up.until(/succeeded "Say hello\."/);
    const url = (JSON.parse(readFileSync(join(project.root, '.fleetwright/running.json'), 'utf8')) as { url: string }).url;

    expect(await up.end('SIGKILL')).toBe('SIGKILL');
    await eventually(() => up.processes().length === 0);
    expect(command(project, 'status').stderr).toContain(`the controller at ${url} does not answer`);

    // As an earlier run may have left behind, and as another's that has nothing to do with it.
    const mark = markOf(project.root);
    const left = spawn('sleep', ['1000'], { env: { PATH: process.env['PATH'], FLEETWRIGHT_UP: mark.split('=')[1] }, detached: true });
    const foreign = spawn('sleep', ['1000'], { env: { PATH: process.env['PATH'], FLEETWRIGHT_UP: 'another' } });
    onTestFinished(() => void foreign.kill('SIGKILL'));
    await eventually(() => findMarked(mark).includes(left.pid ?? 0));

    const again = startUp(project.root);
    await again.until(/The fleet runs at/);
    expect(left.signalCode ?? (await new Promise((resolve) => left.once('exit', (_, signal) => resolve(signal))))).toBe('SIGKILL');
    expect(foreign.exitCode ?? foreign.signalCode).toBeNull();
    expect(again.printed()).not.toContain('A first task has begun');
    expect(await again.end('SIGTERM')).toBe(0);
    expect(again.processes()).toEqual([]);
  });

  it.each([
    [
      'a tree with errors',
      (project: Project) => project.stack('acme', ' throw new Error("no");'),
      '',
      /^stacks\/acme\.ts:\d+:\d+ threw: no \[FW_STACK_INVALID\]\n$/,
    ],
    ['an org that there is not', () => undefined, '--org acne', /^there is no org 'acne'.*did you mean 'acme'\? \[FW_ORG_UNKNOWN\]\n$/],
    [
      'a folder that cannot be written',
      () => undefined,
      '--state /sys/fleet',
      /^the state folder \/sys\/fleet cannot be written: .*; name one that can, with --state <folder> \[FW_UP_FAILED\]\n$/,
    ],
    ['a port that is none', () => undefined, '--port 70000', /Name a port from 0 to 65535/],
  ])('is not started with %s', (_, prepare, args, message) => {
    const project = aProject(ORG);
    prepare(project);
    const ended = command(project, `up --port 0 ${args}`);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(2);
  });

  it('takes no port that was asked for and is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const project = aProject(ORG);
    const ended = command(project, `up --port ${port}`);
    expect(ended).toMatchObject({
      code: 2,
      stderr: `port ${port} cannot be listened at, as something else does; name another with --port, or 0 for a free one [FW_UP_FAILED]\n`,
    });

    // The first start that comes up has the first task.
    const up = startUp(project.root);
    await up.until(/A first task has begun: "Say hello\."/);
  });
});
