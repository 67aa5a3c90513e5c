import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Client, type TaskEvent } from '../../controller/contract/wire/index.ts';
import { eventually, type Project, startUp } from '../../scripts/up/testing/index.ts';
import { currentSession, measure } from '../session.ts';
import { agentsOf, begin, look } from './an-org.ts';

const { run } = currentSession();
const TASKS = 20;

/** A figure that a busy machine may spoil is taken again, at most so many times. */
const TRIES = 4;

/** Most that the worker may add to what an agent's program takes, in milliseconds a task. */
const MOST_MS = 50;

describe('a worker', () => {
  it('adds little to what a program takes, from the claim to the end', async () => {
    const project = agentsOf({ quick: 'echo "{}"' }, 'Run.pool({ max: 1 })');
    const up = startUp(project.root);
    await up.until(/The fleet runs at/);
    let median = Infinity;
    for (let tries = 0; tries < TRIES && median > MOST_MS; tries += 1) median = Math.min(median, await medianOverhead(project));
    measure(run, { subject: 'up', what: 'ms that the worker adds to a task, median', value: median });
    expect(median).toBeLessThanOrEqual(MOST_MS);
  });
});

async function medianOverhead(project: Project): Promise<number> {
  const ids = Array.from({ length: TASKS }, () => begin(project, 'quick'));
  await eventually(() => ids.every((id) => look(project, id).state === 'succeeded'));
  const added = await Promise.all(ids.map(async (id) => overheadOf(project, id)));
  return added.toSorted((one, other) => one - other)[TASKS / 2] ?? Infinity;
}

/** From the claim of a task to its end, of a program that takes next to no time itself. */
async function overheadOf({ root }: Project, task: string): Promise<number> {
  const { url, tokens } = JSON.parse(readFileSync(join(root, '.fleetwright', 'running.json'), 'utf8')) as { url: string; tokens: string };
  const token = () => (JSON.parse(readFileSync(tokens, 'utf8')) as Record<string, string>)['acme'] ?? '';
  const client = new Client({ url, org: 'acme', token });
  const { items } = await client.get<{ items: TaskEvent[] }>(`/tasks/${task}/events?limit=100`);
  const at = (kind: string) => Date.parse(items.find((event) => event.kind === kind)?.at ?? '');
  return at('ended') - at('claimed');
}
