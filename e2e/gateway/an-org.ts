import { Budget, Duration, Guardrail, Model, ModelCache, ModelDeployment, Org, usd, WorkerRuntime } from '../../constructs/index.ts';
import { aFleet, anAgent, aSecret } from '../../test/builders.ts';

/** Three dollars for a million tokens read, fifteen for a million written: a call of the upstream costs 0.0006 dollars. */
const PRICE = { inputPerMillion: usd(3), outputPerMillion: usd(15) };

/** An org whose models and agents show everything that the gateway does. Its providers are `<letter>.models.example`. */
export function anOrgWithModels(): Org {
  const org = new Org(aFleet(), 'acme', { budget: Budget.perDay(usd(100)) });
  const key = (letter: string) => aSecret(org, `key-${letter}`);
  const at = (letter: string, options: object = {}) =>
    ModelDeployment.compatible('fake', { key: key(letter), host: `${letter}.models.example`, price: PRICE, ...options });

  const last = new Model(org, 'last', { deployments: [at('d')], retries: 0 });
  const cheap = new Model(org, 'cheap', { deployments: [at('c')], retries: 0, fallbacks: [last] });
  const coder = new Model(org, 'coder', { deployments: [at('a', { weight: 3 }), at('b')], retries: 1, fallbacks: [cheap] });
  const flaky = new Model(org, 'flaky', { deployments: [at('e')], retries: 2 });
  const slow = new Model(org, 'slow', { deployments: [at('f')], retries: 0, timeout: Duration.seconds(1) });
  const regional = new Model(org, 'regional', {
    deployments: [at('g', { region: 'us' }), at('h', { region: 'eu' })],
    regions: ['eu', 'us'],
    retries: 0,
  });
  const own = new Model(org, 'own-cache', { deployments: [at('i')], cache: ModelCache.redis({ ttl: Duration.seconds(2) }) });
  const shared = new Model(org, 'shared-cache', {
    deployments: [at('j')],
    cache: ModelCache.redis({ ttl: Duration.seconds(60), shared: true }),
  });
  const claude = new Model(org, 'claude', {
    deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key: key('k'), price: PRICE })],
  });
  const limited = new Model(org, 'limited', { deployments: [at('l', { rpm: 2 })], retries: 0 });
  const far = new Model(org, 'far', { deployments: [at('far')], retries: 0 });
  const luxury = new Model(org, 'luxury', {
    deployments: [at('m', { price: { inputPerMillion: usd(1_000_000), outputPerMillion: usd(1_000_000) } })],
  });

  const runtime = WorkerRuntime.reference();
  anAgent(org, 'ada', { runtime, models: { primary: coder } });
  anAgent(org, 'bob', { runtime, models: { primary: flaky, reasoning: slow, toolCalling: regional, summarization: far } });
  anAgent(org, 'cy', { runtime, models: { primary: own, reasoning: shared, toolCalling: limited, summarization: claude } });
  anAgent(org, 'di', { runtime, models: { primary: own, reasoning: shared } });
  anAgent(org, 'busy', { runtime, models: { primary: last }, rateLimit: { requestsPerMinute: 5 } });
  anAgent(org, 'wordy', { runtime, models: { primary: last }, rateLimit: { requestsPerMinute: 100, tokensPerMinute: 150 } });
  anAgent(org, 'poor', { runtime, models: { primary: last, reasoning: coder }, budget: Budget.perDay(usd(0.0015)) });
  anAgent(org, 'twin', { runtime, models: { primary: last }, budget: Budget.perDay(usd(1)) });
  anAgent(org, 'stream', { runtime, models: { primary: last }, budget: Budget.perMonth(usd(0.001)) });
  anAgent(org, 'rich', { runtime, models: { primary: luxury, reasoning: last } });
  anAgent(org, 'strict', {
    runtime,
    models: { primary: last },
    guardrails: [
      Guardrail.topics('people', ['salary', 'job offer']),
      Guardrail.pattern('ticket', /TICKET-[0-9]{4}/),
      Guardrail.longestInput(200),
    ],
  });
  anAgent(org, 'worker', { runtime: WorkerRuntime.shell({ command: ['true'] }) });
  return org;
}
