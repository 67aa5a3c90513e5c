import type {
  Claim,
  Completion,
  CompletionAnswer,
  Fence,
  Heartbeat,
  HeartbeatAnswer,
  LogChunk,
  Scheduled,
  Start,
  WorkerEvent,
} from '../contract/wire/index.ts';
import type { Refused } from './answers.ts';
import { coalesce } from './coalesce.ts';
import type { PreparedTask } from './graph.ts';
import type { Store } from './store.ts';

interface PlainTask extends PreparedTask {
  readonly org: string;
}

interface GraphCall {
  readonly org: string;
  readonly fence: Fence | undefined;
  readonly tasks: readonly PreparedTask[];
}

interface Wish {
  readonly address: string;
  readonly count: number;
}

/** What `sql/` says about an item whose fence holds. */
interface Found {
  readonly at: number;
}

interface Beaten extends Found {
  readonly until: string;
  readonly directive: 'continue' | 'pause' | 'stop-over-budget';
}

/** The calls that many make at once: each kind goes to the store one batch at a time. */
export interface Calls {
  readonly schedulePlain: (task: PlainTask) => Promise<Scheduled | Refused>;
  readonly scheduleGraph: (call: GraphCall) => Promise<Scheduled[] | Refused>;
  readonly claim: (wish: Wish) => Promise<Claim[]>;
  /** Whether the fence holds, as for the next three. */
  readonly start: (start: Start) => Promise<boolean>;
  readonly log: (chunk: Fence & LogChunk) => Promise<boolean>;
  readonly event: (event: Fence & WorkerEvent) => Promise<boolean>;
  readonly beat: (beat: Heartbeat) => Promise<HeartbeatAnswer>;
  readonly complete: (report: Completion) => Promise<CompletionAnswer | Refused>;
}

/** The calls to a store. */
export function makeCalls(store: Store): Calls {
  const send = async <Answer>(name: string, items: readonly object[]) => store.call<Answer>(name, [withPositions(items)]);
  const fenced = (name: string) => async (items: object[]) => {
    const found = await send<Found[] | null>(name, items);
    const held = new Set(found?.map(({ at }) => at));
    return items.map((_, at) => held.has(at));
  };
  const start = coalesce(fenced('start'));
  const complete = coalesce(async (reports: Completion[]) => send<CompletionAnswer[]>('complete', reports.map(flattenReport)));
  // Seldom, and under the lock of the org for longer.
  const waitForTasks = coalesce(
    async (reports: Completion[]) => send<(CompletionAnswer | Refused)[]>('wait_for_tasks', reports.map(flattenReport)),
    { max: 1 },
  );

  return {
    schedulePlain: coalesce(async (tasks: PlainTask[]) => send('schedule_plain', tasks), {
      apart: ({ org, key }) => (key === undefined ? undefined : `${org}/${key}`),
    }),
    scheduleGraph: coalesce(async (calls: GraphCall[]) => send('schedule_graphs', calls), { max: 32 }),
    claim: coalesce(async (wishes: Wish[]) => claim(store, wishes)),
    start: async ({ fence, ...rest }) => start({ ...fence, ...rest }),
    log: coalesce(fenced('append_log')),
    event: coalesce(fenced('append_events')),
    beat: coalesce(
      async (beats: Heartbeat[]) => {
        const found = await send<Beaten[] | null>(
          'beat',
          beats.map(({ fence, cost }) => ({ ...fence, cost })),
        );
        const held = new Map(found?.map(({ at, ...rest }) => [at, rest]));
        return beats.map((_, at) => toBeatAnswer(held.get(at)));
      },
      { max: 1000 },
    ),
    complete: async (report) => (report.outcome === 'waiting' && report.wait.for === 'tasks' ? waitForTasks(report) : complete(report)),
  };
}

function withPositions(items: readonly object[]): string {
  return JSON.stringify(items.map((item, at) => ({ ...item, at })));
}

function toBeatAnswer(found: Omit<Beaten, 'at'> | undefined): HeartbeatAnswer {
  return found === undefined ? { outcome: 'stale' } : { outcome: 'held', ...found };
}

/** A claim as `sql/` gives it: with nulls for what there is not. */
interface FoundClaim extends Omit<Claim, 'parent' | 'project' | 'session' | 'signal'> {
  readonly parent: string | null;
  readonly project: Claim['project'] | null;
  readonly session: string | null;
  readonly signal: Claim['signal'] | null;
}

/** What a claiming function of `sql/` answers. */
export function toClaims(found: readonly FoundClaim[] | null): Claim[] {
  return (found ?? []).map(({ parent, project, session, signal, ...rest }) => ({
    ...rest,
    ...(parent === null ? {} : { parent }),
    ...(project === null ? {} : { project }),
    ...(session === null ? {} : { session }),
    ...(signal === null ? {} : { signal }),
  }));
}

/** Wishes for the same address become one, so that no row is looked for twice; what is found is dealt out in order. */
async function claim(store: Store, wishes: readonly Wish[]): Promise<Claim[][]> {
  const wanted = new Map<string, number>();
  for (const { address, count } of wishes) wanted.set(address, (wanted.get(address) ?? 0) + count);
  const claims = toClaims(await store.call('claim', [[...wanted.keys()], [...wanted.values()]]));
  const found = Map.groupBy(claims, ({ org, agent }) => `${org}/${agent}`);
  return wishes.map(({ address, count }) => found.get(address)?.splice(0, count) ?? []);
}

function flattenReport({ fence, usage, ...report }: Completion): object {
  const cost = usage?.reduce((sum, { cost: part }) => sum + part, 0);
  return { ...report, ...fence, ...(usage === undefined ? {} : { usage, cost }) };
}
