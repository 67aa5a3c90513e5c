import { Agent, type Budget, type Guardrail, type Org } from '../../constructs/index.ts';
import { budgetOf } from '../org/budget.ts';

/** Seconds that a budget is counted over. */
const WINDOWS = { day: 86_400, month: 30 * 86_400 } as const;

/** What the gateway's own programs read: `grants.json`. */
export interface Grants {
  readonly agents: Readonly<Record<string, AgentGrant>>;
  readonly budget?: BudgetGrant;
  readonly caches: Readonly<Record<string, { readonly shared: boolean; readonly ttl: number }>>;
  readonly guardrails: readonly GuardrailGrant[];
  readonly org: string;
}

/** What one agent may do. */
export interface AgentGrant {
  readonly budget?: BudgetGrant;
  readonly guardrails?: readonly GuardrailGrant[];
  readonly models: readonly string[];
  readonly rpm?: number;
  readonly tpm?: number;
}

/** US dollars in a window of seconds. */
export interface BudgetGrant {
  readonly limit: number;
  readonly seconds: number;
}

/** As in `Guardrail`. */
export interface GuardrailGrant {
  readonly kind: Guardrail['kind'];
  readonly match: Guardrail['match'] | null;
  readonly name: string;
}

/** The agents of an org that use models, in the order of their creation. */
export function modelUsers(org: Org): Agent[] {
  return org.children.filter((part) => part instanceof Agent).filter(({ models }) => models !== undefined);
}

/** What each agent may ask of the gateway. A fallback is no choice of the agent's, so its models are those that its own may fall back to, too. */
export function gatewayGrants(org: Org): Grants {
  const caches = org.gateway.models.flatMap(({ name, cache }) =>
    cache === undefined ? [] : [[name, { shared: cache.shared, ttl: cache.ttl.toSeconds() }] as const],
  );
  return {
    agents: Object.fromEntries(modelUsers(org).map((agent) => [agent.name, toGrant(agent)])),
    ...toBudget(budgetOf(org)),
    caches: Object.fromEntries(caches),
    guardrails: org.gateway.guardrails.map(toGuardrail),
    org: org.name,
  };
}

/** Whether pods of the gateway must share what they know: answers, what was spent, or how often was called. */
export function sharesState(org: Org, { agents, budget, caches }: Grants): boolean {
  const isCounted = Object.values(agents).some((grant) => grant.budget !== undefined || grant.rpm !== undefined);
  const isLimited = org.gateway.models.some(({ deployments }) => deployments.some(({ rpm, tpm }) => (rpm ?? tpm) !== undefined));
  return budget !== undefined || isCounted || isLimited || Object.keys(caches).length > 0;
}

function toGrant(agent: Agent): AgentGrant {
  const { guardrails, rateLimit, budget } = agent;
  return {
    ...toBudget(budget),
    ...(guardrails.length > 0 && { guardrails: guardrails.map(toGuardrail) }),
    models: agent.admittedModels().map(({ name }) => name),
    ...(rateLimit && { rpm: rateLimit.requestsPerMinute }),
    ...(rateLimit?.tokensPerMinute && { tpm: rateLimit.tokensPerMinute }),
  };
}

/** What is spent on one task, the gateway cannot know. */
function toBudget(budget: Budget | undefined): { budget?: BudgetGrant } {
  if (budget === undefined || budget.period === 'task') return {};
  return { budget: { limit: budget.amount.toNumber(), seconds: WINDOWS[budget.period] } };
}

function toGuardrail({ kind, match, name }: Guardrail): GuardrailGrant {
  return { kind, match: match ?? null, name };
}
