import { agentNames, orgNames } from './estate.ts';
import { median, quantile } from './statistics.ts';
import type { Engines } from './stores.ts';

const CLAIMS = 1500;

/** One claim after the other. */
export interface Claims {
  readonly p50: number;
  readonly p99: number;
}

/** Grows the backlog of one agent to so many tasks, then claims and completes some of them, one caller. @returns how long claims took */
export async function measureBacklog({ dispatcher }: Engines, tasks: number): Promise<Claims> {
  const [org = ''] = orgNames;
  const agent = agentNames.at(-1) ?? '';
  await dispatcher.store.read(GROW, [org, `${org}/${agent}`, tasks + CLAIMS]);
  await dispatcher.store.call('readmit', []);
  const latencies: number[] = [];
  for (let count = 0; count < CLAIMS; count += 1) {
    const begin = performance.now();
    const [claim] = await dispatcher.claim(org, { agents: [agent] });
    latencies.push(performance.now() - begin);
    if (claim === undefined) throw new Error(`Of ${tasks} tasks, ${count} could be claimed`);
    await dispatcher.complete({ fence: claim.fence, outcome: 'succeeded' });
  }
  return { p50: median(latencies), p99: quantile(latencies, 0.99) };
}

/** As if so many had been scheduled, at once. */
const GROW = `with born as (
    insert into task (id, org, address, digest, title, input, state, priority, budget, attempts)
      select gen_random_uuid(), $1, $2, '', 'A task', json_build_object('text', repeat('x', 100)), 'open', i % 4, 10, 3 from generate_series(1, $3::int) i
      returning id, seq, address, priority),
  queued as (insert into queue (task, seq, address, priority, amount) select id, seq, address, priority, 10 from born),
  counted as (update agent set queued = queued + $3::int where address = $2)
  select to_json(count(*)) from born`;
