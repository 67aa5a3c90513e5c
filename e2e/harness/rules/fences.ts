import type { FinalState } from '../final-state.ts';
import { type Call, type CallOf, callsOf } from '../history.ts';
import type { Breach } from '../promises.ts';
import { repeated } from './ends.ts';

/** The database tells times in milliseconds. */
const ROUNDING_MS = 2;

/** Who holds a task is known, and nobody else changes it. */
export function checkFences(calls: readonly Call[], { events }: FinalState): Breach[] {
  return [...checkClaims(calls), ...checkStale(calls), ...checkEarly(calls, events)];
}

function checkClaims(calls: readonly Call[]): Breach[] {
  const given = claimsOf(calls).map(({ fence }) => `${fence.task} attempt ${fence.attempt}`);
  return [...repeated(given)].map((what) => ({ promise: 'claimed twice', what: `task ${what} was given to two workers` }));
}

/** A call that began after a later attempt was claimed, or after the task was seen to end, comes too late. */
function checkStale(calls: readonly Call[]): Breach[] {
  const claims = Map.groupBy(claimsOf(calls), ({ fence }) => fence.task);
  const ends = Map.groupBy(acceptedEnds(calls), ({ task }) => task);
  const isStale = ({ began, fence }: Used) =>
    claims.get(fence.task)?.some((claim) => claim.fence.attempt > fence.attempt && claim.at < began) === true ||
    ends.get(fence.task)?.some((end) => end.at < began && end.token !== fence.token) === true;
  return acceptedUses(calls)
    .filter(isStale)
    .map(({ fence, how }) => ({ promise: 'stale fences accepted', what: `${how} of task ${fence.task} attempt ${fence.attempt}` }));
}

interface Used {
  readonly how: string;
  readonly began: number;
  readonly fence: CallOf<'start'>['asked'];
}

/** Uses of fences that the controller accepted. A replay changes nothing, so it is none. */
function acceptedUses(calls: readonly Call[]): Used[] {
  const beats = callsOf(calls, 'heartbeat').flatMap(({ began, asked, outcome }) =>
    outcome.type === 'ok' && outcome.answer.outcome === 'held' ? [{ how: 'a heartbeat', began, fence: asked }] : [],
  );
  const reports = callsOf(calls, 'complete').flatMap(({ began, asked, outcome }) =>
    outcome.type === 'ok' && outcome.answer.outcome === 'recorded' ? [{ how: 'a report', began, fence: asked.fence }] : [],
  );
  const starts = callsOf(calls, 'start').flatMap(({ began, asked, outcome }) =>
    outcome.type === 'ok' ? [{ how: 'a start', began, fence: asked }] : [],
  );
  return [...beats, ...reports, ...starts];
}

/** Ends of whole tasks that were acknowledged, with the fence that ended them. */
function acceptedEnds(calls: readonly Call[]): { readonly task: string; readonly at: number; readonly token: string | undefined }[] {
  const reports = callsOf(calls, 'complete').flatMap(({ ended: at, asked: { fence }, outcome }) =>
    outcome.type === 'ok' && outcome.answer.outcome !== 'stale' && outcome.answer.state !== 'waiting' && outcome.answer.state !== 'queued'
      ? [{ task: fence.task, at, token: fence.token }]
      : [],
  );
  const cancels = callsOf(calls, 'cancel').flatMap(({ ended: at, asked: { task }, outcome }) =>
    outcome.type === 'ok' && outcome.answer.ended > 0 ? [{ task, at, token: undefined }] : [],
  );
  return [...reports, ...cancels];
}

/** No lease is over before the time that its holder was told. All of these are times of the database. */
function checkEarly(calls: readonly Call[], events: FinalState['events']): Breach[] {
  const until = new Map<string, number>();
  const promise = (key: string, time: string) => until.set(key, Math.max(Date.parse(time), until.get(key) ?? 0));
  for (const { fence, leaseUntil } of claimsOf(calls)) promise(`${fence.task} ${fence.attempt}`, leaseUntil);
  for (const { asked, outcome } of callsOf(calls, 'heartbeat'))
    if (outcome.type === 'ok' && outcome.answer.outcome === 'held') promise(`${asked.task} ${asked.attempt}`, outcome.answer.until);
  return events.flatMap(({ kind, task, attempt, at }) => {
    const early = (until.get(`${task} ${attempt}`) ?? 0) - Date.parse(at);
    if (kind !== 'expired' || early <= ROUNDING_MS) return [];
    return [{ promise: 'leases ended early', what: `task ${task} attempt ${attempt}, ${early} ms before its time` }];
  });
}

function claimsOf(calls: readonly Call[]) {
  return callsOf(calls, 'claim').flatMap(({ ended: at, outcome }) =>
    outcome.type === 'ok' ? outcome.answer.map(({ fence, leaseUntil }) => ({ at, fence, leaseUntil })) : [],
  );
}
