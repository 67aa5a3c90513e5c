import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { eventually, fleetwright, startUp } from '../../scripts/up/testing/index.ts';
import { agentsOf, begin, look, processesLike, signalAll } from './an-org.ts';

/** Longer than a lease, in milliseconds: what sleeps loses what it worked on. */
const SLEEP_MS = 35_000;

const AGENTS = { good: 'echo "{}"', slow: 'echo begins; while [ ! -e stop ]; do sleep 0.1; done; echo "{}"' };

describe('a fleet on a laptop', () => {
  it('goes on after the laptop has slept', async () => {
    const project = agentsOf(AGENTS);
    const up = startUp(project.root);
    await up.until(/succeeded "A first task"/);
    const slow = begin(project, 'slow');
    await up.until(/acme\/slow +\| begins/);

    const all = [up.child.pid ?? 0, ...up.processes()];
    signalAll(all, 'SIGSTOP');
    await sleep(SLEEP_MS);
    signalAll(all, 'SIGCONT');

    writeFileSync(join(project.root, '.fleetwright/agents/acme/slow/home/stop'), '');
    await eventually(() => look(project, slow).state === 'succeeded');
    const next = begin(project, 'good');
    await eventually(() => look(project, next).state === 'succeeded');
    expect(await up.end('SIGINT')).toBe(0);
    expect(up.processes()).toEqual([]);
  });

  it('goes on when its controller or a worker is killed', async () => {
    const project = agentsOf(AGENTS);
    const up = startUp(project.root);
    await up.until(/succeeded "A first task"/);
    const [controller] = processesLike(up.processes(), 'controller/main.ts');
    process.kill(controller ?? 0, 'SIGKILL');
    await up.until(/controller +\| the controller has ended: .*; it is started again/);
    await up.until(/controller +\| listens again/);
    const after = begin(project, 'good');
    await eventually(() => look(project, after).state === 'succeeded');

    const slow = begin(project, 'slow');
    await up.until(/acme\/slow +\| begins/);
    for (const pid of processesLike(up.processes(), 'worker/main.ts')) process.kill(pid, 'SIGKILL');
    writeFileSync(join(project.root, '.fleetwright/agents/acme/slow/home/stop'), '');
    // Its lease has to be over before anybody else may work on it.
    await eventually(() => look(project, slow).state === 'succeeded');
    expect(look(project, slow).attempt).toBe(2);
    expect(await up.end('SIGINT')).toBe(0);
    expect(up.processes()).toEqual([]);
  });

  it('works on what it was killed over, in the next run', async () => {
    const project = agentsOf(AGENTS);
    const up = startUp(project.root);
    await up.until(/succeeded "A first task"/);
    const slow = begin(project, 'slow');
    await up.until(/acme\/slow +\| begins/);
    expect(await up.end('SIGKILL')).toBe('SIGKILL');
    await eventually(() => up.processes().length === 0);

    writeFileSync(join(project.root, '.fleetwright/agents/acme/slow/home/stop'), '');
    const again = startUp(project.root);
    await again.until(/acme\/slow +\| goes on with "Work"/);
    await again.until(/acme\/slow +\| succeeded "Work"/);
    expect(look(project, slow).attempt).toBe(2);
    expect(await again.end('SIGHUP')).toBe(0);
    expect(again.processes()).toEqual([]);
    expect(fleetwright(project, 'status').code).toBe(2);
  });

  it('gives back what an agent works on when it ends in order', async () => {
    const project = agentsOf(AGENTS);
    const up = startUp(project.root);
    await up.until(/succeeded "A first task"/);
    const slow = begin(project, 'slow');
    await up.until(/acme\/slow +\| begins/);
    expect(await up.end('SIGINT')).toBe(0);
    expect(up.processes()).toEqual([]);

    const again = startUp(project.root);
    const since = performance.now();
    await again.until(/acme\/slow +\| goes on with "Work"/);
    // Nobody waits for a lease to be over.
    expect(performance.now() - since).toBeLessThan(25_000);
    writeFileSync(join(project.root, '.fleetwright/agents/acme/slow/home/stop'), '');
    await eventually(() => look(project, slow).state === 'succeeded');
  });
});
