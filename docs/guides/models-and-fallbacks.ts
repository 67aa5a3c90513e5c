import {
  Agent,
  Budget,
  Duration,
  type Fleet,
  Guardrail,
  Model,
  ModelCache,
  ModelDeployment,
  Org,
  Run,
  Secret,
  usd,
  WorkerRuntime,
} from '../../index.ts';

export default function models(fleet: Fleet): Org {
  const org = new Org(fleet, 'models-and-fallbacks', {
    budget: Budget.perDay(usd(40)),
    gateway: { guardrails: [Guardrail.secrets()] },
  });
  const anthropic = Secret.external(org, 'anthropic', 'api-key');
  const openai = Secret.external(org, 'openai', 'api-key');

  // #region fast
  const fast = new Model(org, 'fast', {
    deployments: [
      ModelDeployment.anthropic('claude-haiku-4-5', {
        key: anthropic,
        weight: 3,
        price: { inputPerMillion: usd(1), outputPerMillion: usd(5) },
      }),
      ModelDeployment.openai('gpt-5-mini', {
        key: openai,
        rpm: 300,
        price: { inputPerMillion: usd(0.25), outputPerMillion: usd(2) },
      }),
    ],
    cache: ModelCache.redis({ ttl: Duration.minutes(10) }),
  });
  // #endregion

  // #region strong
  const strong = new Model(org, 'strong', {
    deployments: [ModelDeployment.anthropic('claude-opus-4-5', { key: anthropic, tpm: 400_000 })],
    fallbacks: [fast],
    timeout: Duration.minutes(10),
  });
  // #endregion

  // #region agent
  new Agent(org, 'writer', {
    runtime: WorkerRuntime.reference(),
    run: Run.service(),
    models: { primary: strong, summarization: fast },
    budget: Budget.perDay(usd(15)),
    rateLimit: { requestsPerMinute: 60 },
    instructions: 'Write the release notes.',
  });
  // #endregion

  return org;
}
