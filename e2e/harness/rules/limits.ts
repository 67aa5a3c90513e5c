import type { TaskEvent } from '../../../controller/contract/wire/index.ts';
import type { FinalState } from '../final-state.ts';
import { COST, FRAIL_ATTEMPTS, NARROW, SPENDER } from '../fleet.ts';
import { type Call, callsOf } from '../history.ts';
import type { Breach } from '../promises.ts';

/** No limit is passed at any moment, and at the end everything is given back. */
export function checkLimits(calls: readonly Call[], final: FinalState): Breach[] {
  const agents = new Map(final.tasks.map(({ id, agent }) => [id, agent]));
  const ofAgent = (name: string) => final.events.filter(({ task }) => agents.get(task) === name);
  const breaches: Breach[] = [];
  const narrow = mostAtOnce(ofAgent('narrow'));
  if (narrow > NARROW) breaches.push({ promise: 'over quota', what: `'narrow' had ${narrow} tasks at once and may have ${NARROW}` });
  const paid = mostAtOnce(ofAgent('spender'));
  if (paid > SPENDER.tasks)
    breaches.push({ promise: 'over budget', what: `'spender' had ${paid} tasks at once and money for ${SPENDER.tasks}` });
  for (const { outcome } of callsOf(calls, 'budgets'))
    for (const budget of outcome.type === 'ok' ? outcome.answer : [])
      if (budget.spent + budget.reserved > budget.limit + budget.topUp)
        breaches.push({ promise: 'over budget', what: JSON.stringify(budget) });
  return [...breaches, ...checkAttempts(ofAgent('frail')), ...checkGivenBack(final, ofAgent('coder'))];
}

function mostAtOnce(events: readonly TaskEvent[]): number {
  const held = new Set<string>();
  let most = 0;
  for (const { kind, task } of events) {
    if (kind === 'claimed') held.add(task);
    else if (kind === 'ended' || kind === 'expired' || kind === 'cancelled') held.delete(task);
    most = Math.max(most, held.size);
  }
  return most;
}

function checkAttempts(events: readonly TaskEvent[]): Breach[] {
  const claims = Map.groupBy(
    events.filter(({ kind }) => kind === 'claimed'),
    ({ task }) => task,
  );
  return [...claims].flatMap(([task, { length }]) =>
    length > FRAIL_ATTEMPTS ? [{ promise: 'attempts too many' as const, what: `task ${task} was claimed ${length} times` }] : [],
  );
}

function checkGivenBack({ agents, budgets, tasks }: FinalState, ofCoder: readonly TaskEvent[]): Breach[] {
  const breaches: Breach[] = [];
  const open = tasks.some(({ endedAt }) => endedAt === undefined);
  for (const { agent, running, queued } of agents)
    if (!open && running + queued !== 0)
      breaches.push({ promise: 'not released', what: `'${agent}' has ${running} slots taken and ${queued} queued, and no task` });
  for (const { owner, reserved } of budgets)
    if (!open && reserved !== 0) breaches.push({ promise: 'not released', what: `'${owner}' has ${reserved} reserved, and no task` });
  const cost = COST * ofCoder.filter((event) => event.kind === 'ended' && !isGivenBack(event)).length;
  const spent = budgets.find(({ owner }) => owner === 'acme')?.spent;
  if (spent !== cost) breaches.push({ promise: 'not released', what: `'acme' has spent ${spent} and its reports add up to ${cost}` });
  return breaches;
}

/** Whether the controller itself gave a task back that it could not hand out any more: nobody has worked on it. */
function isGivenBack({ data }: TaskEvent): boolean {
  return (data as { readonly reason?: string }).reason === 'The worker had gone';
}
