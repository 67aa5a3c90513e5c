import { Check } from 'typebox/value';
import { type Fence, FenceSchema, Refusal } from '../../contract/wire/index.ts';

/** The task that a tool call is about, from the header `Fleetwright-Fence: <task>.<attempt>.<token>`. @throws Refusal FW_BODY_INVALID */
export function parseFence(header: string | string[] | undefined): Fence {
  const [task, attempt, token] = String(header).split('.');
  const fence = { task, attempt: Number(attempt), token };
  if (Check(FenceSchema, fence)) return fence;
  throw new Refusal('FW_BODY_INVALID', "The header 'Fleetwright-Fence: <task>.<attempt>.<token>' must say which claim you work on");
}
