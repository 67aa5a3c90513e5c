import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet } from './testing/index.ts';

describe('A program', { timeout: 90_000 }, () => {
  let fleet: TestFleet;

  beforeAll(async () => {
    fleet = await TestFleet.start({ planner: {}, stranger: {} });
  }, 60_000);

  afterAll(async () => fleet.stop());

  it('waits for sub-tasks that it made, and has their results', async () => {
    const part = '{"agent":"planner","title":"Part"}';
    const script = `if grep -q '"title":"Part"' "$AGENT_EVENT_FILE"; then task result 21
      elif [ "$AGENT_TASK_ATTEMPT" = 1 ]; then task wait tasks $(task add '[${part},${part}]'); exit 75
      else task result - <"$AGENT_EVENT_FILE"; fi`;
    fleet.worker({ agent: 'planner', script });
    const task = await fleet.schedule('planner', { title: 'Plan', subTasks: { count: 2 } });
    const { result } = await fleet.reach(task, 'succeeded', 'failed', 'dead');
    const done = { state: 'succeeded', result: 21 };
    expect(result).toMatchObject({ task, attempt: 2, needs: [done, done] });
  });

  it('cannot wait for what is not its own', async () => {
    fleet.worker({ agent: 'stranger', script: `task wait tasks ${randomUUID()}; exit 75` });
    const task = await fleet.schedule('stranger');
    expect((await fleet.reach(task, 'failed', 'dead')).reason).toMatch(/^The result was refused: Task .* may wait for tasks below it/);
  });
});
