import type { Usage } from '../../contract/wire/index.ts';
import { findLastJson } from '../result.ts';
import type { Adapter } from './adapter.ts';
import { sessionOf, usageOf } from './usage.ts';

/** Fleetwright's own agent, which follows the contract by itself, and prints its report last. */
export const reference: Adapter = {
  call: (program) => ({ argv: program, input: '' }),
  read(output) {
    const json = findLastJson(output);
    if (json === undefined) return {};
    const said = json.value as { readonly type?: unknown; readonly result?: unknown; readonly session?: unknown; readonly usage?: unknown };
    if (said.type !== 'result') return { result: json };
    return {
      ...sessionOf(said.session),
      ...(Array.isArray(said.usage) ? { usage: (said.usage as readonly unknown[]).flatMap(toUsage).slice(0, 64) } : {}),
      ...('result' in said ? { result: { value: said.result } } : {}),
    };
  },
};

function toUsage(item: unknown): Usage[] {
  const { model, inputTokens, outputTokens, cost } = (item ?? {}) as Readonly<Record<string, unknown>>;
  return usageOf(model, { input: [inputTokens], output: [outputTokens] }, Number(cost) / 1e6);
}
