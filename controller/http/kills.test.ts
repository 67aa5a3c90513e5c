import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Claim, CompletionAnswer, Fence, Scheduled, Task, TaskEvent } from '../contract/wire/index.ts';
import { aController, adminToken, type Controller, request } from './testing/index.ts';

const KILLS = 25;

/** Ends of tasks that are acknowledged between two kills, at least. */
const ENDS = 8;

const SEED = 7;

/** What the controller acknowledged. */
interface History {
  readonly scheduled: Set<string>;
  readonly completed: Set<string>;
  readonly refused: string[];
}

describe('A controller that is killed', () => {
  it(`${KILLS} times loses nothing and records each end once`, { timeout: 300_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleetwright-'));
    const random = randomFrom(SEED);
    const history: History = { scheduled: new Set(), completed: new Set(), refused: [] };
    let controller = await aController(folder, '--rate', '100000');
    onTestFinished(async () => {
      await controller.end('SIGKILL');
      rmSync(folder, { recursive: true });
    });
    const admin = adminToken(folder);
    const made = (await request(controller, admin, '/tokens', { name: 'w', role: 'worker', agents: ['reviewer'] })).body as {
      token: string;
    };
    const worker = made.token;

    for (let kill = 0; kill < KILLS && history.refused.length === 0; kill += 1) {
      const over = new AbortController();
      const work = [
        produce(controller, admin, history, over.signal),
        ...[1, 2, 3].map(async () => consume(controller, worker, history, over.signal)),
      ];
      const enough = history.completed.size + ENDS;
      // One kill after the other.
      while (history.completed.size < enough && history.refused.length === 0) await sleep(5);
      // One after the other.
      await sleep(20 * random());
      // One after the other.
      expect(await controller.end('SIGKILL')).toBe('SIGKILL');
      over.abort();
      // One after the other.
      await Promise.all(work);
      // One after the other.
      controller = await aController(folder, '--rate', '100000');
    }
    const { lost, ended, twice } = await check(controller, admin, history);
    console.log(
      `seed ${SEED}, ${KILLS} kills: ${history.scheduled.size} acknowledged, ${history.completed.size} ends acknowledged, ${lost} lost, ${ended} ended, ${twice} ended twice`,
    );
    expect({ lost, twice, refused: history.refused }).toEqual({ lost: 0, twice: 0, refused: [] });
    expect(history.completed.size).toBeGreaterThanOrEqual(KILLS * ENDS);
  });
});

async function produce(controller: Controller, token: string, { scheduled }: History, over: AbortSignal): Promise<void> {
  for (let i = 0; !over.aborted; i += 1) {
    const tasks = [{ agent: 'reviewer', title: `Task ${i}` }];
    // One after the other.
    const answer = await request(controller, token, '/tasks', { tasks }).catch(() => undefined);
    if (answer === undefined) return;
    for (const { task } of (answer.body as { tasks: Scheduled[] }).tasks) scheduled.add(task);
  }
}

async function consume(controller: Controller, token: string, history: History, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    try {
      // One after the other.
      const { status, body } = await request(controller, token, '/claims', { agents: ['reviewer'], waitSeconds: 1 });
      if (status !== 200) return void history.refused.push(`A claim: ${JSON.stringify(body)}`);
      // One after the other.
      for (const { fence } of (body as { claims: Claim[] }).claims) await complete(controller, token, fence, history);
    } catch {
      // Killed: what was not acknowledged may have happened or not.
      return;
    }
  }
}

async function complete(controller: Controller, token: string, fence: Fence, { completed, refused }: History): Promise<void> {
  const completions = [{ fence, outcome: 'succeeded', result: fence.attempt }];
  const body = (await request(controller, token, '/completions', { completions })).body as { answers: CompletionAnswer[] };
  const [answer] = body.answers;
  if (answer?.outcome === 'recorded') completed.add(fence.task);
  else refused.push(`${fence.task} ${answer?.outcome}`);
}

/** Every acknowledged task is there, every acknowledged end too, and no task ended twice. */
async function check(controller: Controller, token: string, { scheduled, completed }: History) {
  let lost = 0;
  let ended = 0;
  let twice = 0;
  for (const task of new Set([...scheduled, ...completed])) {
    // One after the other.
    const { status, body } = await request(controller, token, `/tasks/${task}`);
    if (status !== 200 || (completed.has(task) && (body as Task).state !== 'succeeded')) lost += 1;
    // One after the other.
    const events = (await request(controller, token, `/tasks/${task}/events`)).body as { items: TaskEvent[] };
    const ends = events.items.filter(({ kind, data }) => kind === 'ended' && (data as { outcome?: string }).outcome === 'succeeded').length;
    ended += Math.min(ends, 1);
    if (ends > 1) twice += 1;
  }
  return { lost, ended, twice };
}

/** Numbers from 0 to 1 that are the same in each run. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
