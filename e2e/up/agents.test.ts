import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventually, fleetwright, startUp } from '../../scripts/up/testing/index.ts';
import { agentsOf, begin, look, memoryOf } from './an-org.ts';

/** Most memory that the program may take while an agent floods it, in MiB. */
const MOST_MEMORY = 400;

describe('an agent', () => {
  it('that dies, forks, floods, writes binary or never ends disturbs no other', async () => {
    const project = agentsOf(
      {
        good: 'echo "{}"',
        dies: 'echo "out of luck" >&2; exit 3',
        forks: 'for i in 1 2 3 4 5; do setsid sleep 4711 & done; echo "{}"',
        floods: 'yes "a line that nobody reads" | head -c 30000000; echo "{}"',
        binary: 'head -c 300000 /dev/urandom; printf "\\033]0;owned\\007\\033[2J"; echo; echo "{}"',
        endless: 'echo here; sleep 4712',
      },
      'Run.job()',
    );
    const up = startUp(project.root);
    await up.until(/The fleet runs at/);
    await up.until(/succeeded "A first task"/);

    const [dies, forks, floods, binary, endless] = ['dies', 'forks', 'floods', 'binary', 'endless'].map((name) => begin(project, name));
    await up.until(/acme\/endless +\| here/);
    await eventually(() =>
      [dies, forks, floods, binary].every((id) => ['succeeded', 'failed', 'dead'].includes(look(project, id ?? '').state)),
    );

    expect(look(project, dies ?? '')).toMatchObject({
      state: expect.stringMatching(/failed|dead/),
      reason: expect.stringContaining('out of luck'),
    });
    expect(look(project, forks ?? '').state).toBe('succeeded');
    expect(look(project, floods ?? '').state).toBe('succeeded');
    expect(look(project, binary ?? '').state).toBe('succeeded');
    await up.until(/acme\/floods +\| … \d+ more lines were left out/);
    // Nothing that a program writes steers the terminal; line feeds are our own.
    // oxlint-disable-next-line eslint/no-control-regex -- that is what is looked for
    expect(up.printed()).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
    expect(up.printed().length).toBeLessThan(1_000_000);
    expect(memoryOf(up.child.pid ?? 0)).toBeLessThan(MOST_MEMORY);

    // What is never ended by itself is ended by people.
    expect(fleetwright(project, `cancel ${endless}`).stdout).toMatch(/^Cancelled: 1 task, with "Work"\./);
    await up.until(/acme\/endless +\| cancelled "Work"/);
    expect(fleetwright(project, `retry ${dies}`)).toMatchObject({ code: 0 });
    await up.until(/acme\/dies +\| (failed|dead) "Work"/);
    expect(await up.end('SIGINT')).toBe(0);
    expect(up.processes()).toEqual([]);
  });

  it('that ignores its end is ended by a second Ctrl-C, at once', async () => {
    const project = agentsOf({ deaf: 'trap "" TERM INT; echo here; while :; do sleep 0.2; done' });
    const up = startUp(project.root);
    await up.until(/acme\/deaf +\| here/);
    up.child.kill('SIGINT');
    await up.until(/Ctrl-C again ends at once/);
    await sleep(1000);
    const begun = performance.now();
    expect(await up.end('SIGINT')).toBe('SIGKILL');
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(up.processes()).toEqual([]);
  });

  it('that ends whenever it is started is named once, and runs when its stack is repaired', async () => {
    const project = agentsOf({ server: 'echo "no port" >&2; exit 1', good: 'echo "{}"' }, 'Run.service()');
    const up = startUp(project.root);
    await up.until(
      /acme\/server +\| does not run: it ended 3 times, the last time with 1: no port\. It is tried again when its stack changes\./,
    );
    project.write('stacks/acme.ts', project.source('stacks/acme.ts').replace('exit 1', 'sleep 4713'));
    await up.until(/The fleet was changed: acme\/server/);
    await eventually(() => up.processes().length > 2);
    expect(await up.end('SIGINT')).toBe(0);
    expect(up.processes()).toEqual([]);
  });
});
