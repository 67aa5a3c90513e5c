import { Budget, Guardrail, usd } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, list, number, object, text } from './code.ts';
import type { Fields } from './fields.ts';
import { usdCode } from './values.ts';

const IGNORED = 'language-operator ignored it; here it works';
const NO_MODELS = 'it limits the use of models, and the agent has none';

/** `budget` and `rateLimit` of an agent. */
export function readLimits(spec: Fields, hasModels: boolean): Readonly<Record<'budget' | 'rateLimit', Code | undefined>> {
  const safety = spec.get('safetyConfig');
  safety.get('maxToolCallsPerIteration').leave('language-operator ignored it; what an agent may spend is its budget');
  safety
    .get('blockedTools')
    .leave("language-operator ignored it; leave the tool out of 'tools', or name what may be called by its 'allow'");
  for (const key of ['requireApprovalFor', 'requireApproval'])
    safety.get(key).leave('language-operator ignored it, and no call waits for a person yet');
  const cost = safety.get('maxCostPerExecution');
  const rates = spec.get('rateLimits');
  rates.get('toolCallsPerMinute').leave('language-operator ignored it; calls of models are limited, and so what follows from them');
  if (!hasModels) {
    cost.leave(NO_MODELS);
    rates.leave(NO_MODELS);
    return { budget: undefined, rateLimit: undefined };
  }
  return { budget: readBudget(cost), rateLimit: readRates(rates) };
}

function readBudget(cost: Fields): Code | undefined {
  const amount = cost.number();
  if (amount === undefined) return undefined;
  const code = usdCode(amount);
  const refused = refusalOf(() => Budget.perTask(usd(Math.floor(Number((amount * 1e6).toFixed(3))) / 1e6)));
  if (refused !== undefined) {
    cost.leave(refused);
    return undefined;
  }
  cost.change(IGNORED);
  return call('Budget.perTask', code);
}

function readRates(rates: Fields): Code | undefined {
  const [requests, tokens] = [readCount(rates.get('requestsPerMinute')), readCount(rates.get('tokensPerMinute'))];
  if (requests === undefined) {
    rates.get('tokensPerMinute').leave('a limit of tokens goes with a limit of requests');
    return undefined;
  }
  return object({ requestsPerMinute: requests, tokensPerMinute: tokens });
}

function readCount(field: Fields): Code | undefined {
  const count = field.number();
  if (count === undefined) return undefined;
  if (!Number.isSafeInteger(count) || count < 1) {
    field.leave('it is no whole number above 0');
    return undefined;
  }
  field.change(IGNORED);
  return number(count);
}

/** Filters by patterns that refuse what they find. The others cannot be checked by a rule. */
export function readGuardrails(filters: Fields, hasModels: boolean): Code | undefined {
  const codes = filters.items().flatMap((filter, at) => {
    const pattern = filter.get('pattern').text();
    const action = filter.get('action').text() ?? 'block';
    if (!hasModels || filter.get('type').text() !== 'custom' || pattern === undefined || action !== 'block') {
      filter.leave(
        hasModels ? 'language-operator ignored it; a guardrail is a pattern, a list of topics or a length, and refuses' : NO_MODELS,
      );
      return [];
    }
    const name = `filter-${at + 1}`;
    const refused = refusalOf(() => Guardrail.pattern(name, new RegExp(pattern)));
    if (refused !== undefined) {
      filter.leave(refused);
      return [];
    }
    filter.change(IGNORED);
    return [call('Guardrail.pattern', text(name), call('new RegExp', text(pattern)))];
  });
  return codes.length > 0 ? list(codes) : undefined;
}
