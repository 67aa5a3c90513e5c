import { describe, expect, it } from 'vitest';
import { Budget, Duration, Guardrail, ModelCache, ModelDeployment, type Org, usd, WorkerRuntime } from '../../constructs/index.ts';
import { aModel, anAgent, anEnvironment, anOrg, aSecret } from '../../test/builders.ts';
import { gatewayGrants, sharesState } from './gateway-grants.ts';

const runtime = WorkerRuntime.reference();

describe('gatewayGrants', () => {
  it('admits an agent to its models and to what they may fall back to', () => {
    const org = anOrg();
    const last = aModel(org, 'last');
    const cheap = aModel(org, 'cheap', { fallbacks: [last] });
    const strong = aModel(org, 'strong', { fallbacks: [cheap] });
    anAgent(org, 'ada', { runtime, models: { primary: strong } });
    anAgent(org, 'bob', { runtime, models: { primary: last, reasoning: cheap } });
    anAgent(org, 'cy');
    expect(gatewayGrants(org).agents).toEqual({ ada: { models: ['strong', 'cheap', 'last'] }, bob: { models: ['last', 'cheap'] } });
  });

  it('says how often an agent may call and what it may spend', () => {
    const org = anOrg({ budget: Budget.perMonth(usd(99)) });
    const models = { primary: aModel(org) };
    anAgent(org, 'day', { runtime, models, budget: Budget.perDay(usd(0.5)), rateLimit: { requestsPerMinute: 6 } });
    anAgent(org, 'task', { runtime, models, budget: Budget.perTask(usd(1)), rateLimit: { requestsPerMinute: 7, tokensPerMinute: 8 } });
    expect(gatewayGrants(org)).toMatchObject({
      agents: {
        day: { budget: { limit: 0.5, seconds: 86_400 }, models: ['smart'], rpm: 6 },
        task: { models: ['smart'], rpm: 7, tpm: 8 },
      },
      budget: { limit: 99, seconds: 2_592_000 },
    });
    expect(gatewayGrants(org).agents['task']).not.toHaveProperty('budget');
  });

  it('takes the budget of the environment before that of the stack', () => {
    const org = anOrg({ budget: Budget.perMonth(usd(99)), environment: anEnvironment({ orgs: { acme: { dailyBudgetUsd: 7 } } }) });
    expect(gatewayGrants(org).budget).toEqual({ limit: 7, seconds: 86_400 });
  });

  it('names the guardrails of the org and those of each agent', () => {
    const org = anOrg({ gateway: { guardrails: [Guardrail.secrets(), Guardrail.longestInput(9)] } });
    anAgent(org, 'ada', {
      runtime,
      models: { primary: aModel(org) },
      guardrails: [Guardrail.topics('people', ['pay']), Guardrail.pattern('id', /\d+/)],
    });
    expect(gatewayGrants(org).guardrails).toEqual([
      { kind: 'secrets', match: null, name: 'secrets' },
      { kind: 'length', match: 9, name: 'longest-input' },
    ]);
    expect(gatewayGrants(org).agents['ada']?.guardrails).toEqual([
      { kind: 'topics', match: ['pay'], name: 'people' },
      { kind: 'pattern', match: '\\d+', name: 'id' },
    ]);
  });

  it('says whose answers are kept, and for how long', () => {
    const org = anOrg();
    aModel(org, 'own', { cache: ModelCache.redis({ ttl: Duration.minutes(2) }) });
    aModel(org, 'shared', { cache: ModelCache.redis({ ttl: Duration.seconds(3), shared: true }) });
    aModel(org, 'none');
    expect(gatewayGrants(org).caches).toEqual({ own: { shared: false, ttl: 120 }, shared: { shared: true, ttl: 3 } });
  });
});

describe('the pods of a gateway', () => {
  const cases: [string, boolean, (org: Org) => void][] = [
    ['nothing is counted', false, (org) => anAgent(org, 'ada', { runtime, models: { primary: aModel(org) } })],
    [
      'a budget is for each task',
      false,
      (org) => anAgent(org, 'ada', { runtime, models: { primary: aModel(org) }, budget: Budget.perTask(usd(1)) }),
    ],
    ['a model keeps answers', true, (org) => aModel(org, 'cached', { cache: ModelCache.redis({ ttl: Duration.minutes(2) }) })],
    [
      'an agent has a budget',
      true,
      (org) => anAgent(org, 'ada', { runtime, models: { primary: aModel(org) }, budget: Budget.perDay(usd(1)) }),
    ],
    [
      'an agent has a rate limit',
      true,
      (org) => anAgent(org, 'ada', { runtime, models: { primary: aModel(org) }, rateLimit: { requestsPerMinute: 1 } }),
    ],
    [
      'a provider grants few calls',
      true,
      (org) => aModel(org, 'few', { deployments: [ModelDeployment.openai('gpt', { key: aSecret(org), rpm: 9 })] }),
    ],
    [
      'a provider grants few tokens',
      true,
      (org) => aModel(org, 'few', { deployments: [ModelDeployment.openai('gpt', { key: aSecret(org), tpm: 9 })] }),
    ],
  ];

  it.each(cases)('when %s share something: %s', (_when, expected, build) => {
    const org = anOrg();
    build(org);
    expect(sharesState(org, gatewayGrants(org))).toBe(expected);
  });

  it('share what the org has spent', () => {
    const org = anOrg({ budget: Budget.perDay(usd(1)) });
    aModel(org);
    expect(sharesState(org, gatewayGrants(org))).toBe(true);
  });
});
