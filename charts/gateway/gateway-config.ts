import type { Model, ModelDeployment, ModelGateway, Secret } from '../../constructs/index.ts';
import { toEnvName } from '../../constructs/index.ts';

/** Where the gateway's Redis is. */
export interface CacheAddress {
  readonly host: string;
  readonly port: number;
}

/** How LiteLLM names the providers. */
const PREFIXES: Readonly<Record<ModelDeployment['provider'], string>> = {
  anthropic: 'anthropic',
  azure: 'azure',
  compatible: 'openai',
  gemini: 'gemini',
  openai: 'openai',
};

/** Where LiteLLM calls. Gemini is left out: its address depends on the model, and LiteLLM knows it. */
const BASES: Readonly<Record<ModelDeployment['provider'], (host: string) => string | undefined>> = {
  anthropic: (host) => `https://${host}`,
  azure: (host) => `https://${host}`,
  compatible: (host) => `https://${host}/v1`,
  gemini: () => undefined,
  openai: (host) => `https://${host}/v1`,
};

/** The variable of the gateway's container that holds a provider's key. */
export function keyVariable(key: Secret): string {
  return `MODEL_KEY_${toEnvName(key.name)}`;
}

/**
 * LiteLLM's `config.yaml`.
 *
 * @param cache where Redis is, when the org needs one
 * @see https://docs.litellm.ai/docs/proxy/config_settings
 */
export function gatewayConfig(gateway: ModelGateway, cache: CacheAddress | undefined): object {
  const { models } = gateway;
  return {
    general_settings: {
      coordination_redis: cache,
      custom_auth: 'agent_auth.user_api_key_auth',
      custom_auth_run_common_checks: true,
      disable_spend_logs: true,
    },
    litellm_settings: {
      ...cacheSettings(models, cache),
      callbacks: ['meter.meter'],
      drop_params: true,
      // With `custom_auth_run_common_checks`: without both, an agent's list of models is not enforced.
      enable_post_custom_auth_checks: true,
      json_logs: true,
      // Servers of the OpenAI protocol know chat completions; not all know responses.
      use_chat_completions_url_for_anthropic_messages: true,
    },
    model_list: models.flatMap(toDeployments),
    router_settings: {
      allowed_fails: 1,
      cooldown_time: 5,
      enable_pre_call_checks: true,
      fallbacks: models
        .filter(({ fallbacks }) => fallbacks.length > 0)
        .map(({ name, fallbacks }) => ({ [name]: fallbacks.map((model) => model.name) })),
      // Each deployment says how often; what says nothing is not tried again.
      num_retries: 0,
      redis_host: cache?.host,
      redis_port: cache?.port,
      routing_strategy: 'simple-shuffle',
    },
  };
}

/** The cache is off unless meter.py turns it on for a call. */
function cacheSettings(models: readonly Model[], cache: CacheAddress | undefined): object {
  if (cache === undefined || models.every((model) => model.cache === undefined)) return {};
  return { cache: true, cache_params: { ...cache, mode: 'default_off', supported_call_types: ['acompletion'], type: 'redis' } };
}

function toDeployments(model: Model): object[] {
  return model.deployments.map((deployment, index) => {
    const { provider, host, key, weight, rpm, tpm, apiVersion, price, region } = deployment;
    return {
      litellm_params: {
        api_base: BASES[provider](host),
        api_key: `os.environ/${keyVariable(key)}`,
        api_version: apiVersion,
        model: `${PREFIXES[provider]}/${deployment.model}`,
        num_retries: model.retries,
        order: orderOf(model, deployment),
        rpm,
        timeout: model.timeout.toSeconds(),
        tpm,
        // What speaks the OpenAI protocol may know nothing of its newer half.
        use_chat_completions_api: provider === 'compatible' ? true : undefined,
        weight,
      },
      model_info: {
        id: `${model.name}-${index + 1}`,
        input_cost_per_token: price && perToken(price.inputPerMillion.micros),
        mode: 'chat',
        output_cost_per_token: price && perToken(price.outputPerMillion.micros),
        region,
      },
      model_name: model.name,
    };
  });
}

/** LiteLLM uses a deployment of a higher order only when those of lower ones fail. */
function orderOf({ regions }: Model, { region }: ModelDeployment): number | undefined {
  if (regions.length === 0) return undefined;
  const rank = region === undefined ? -1 : regions.indexOf(region);
  return rank === -1 ? regions.length + 1 : rank + 1;
}

/** Dollars for one token, of millionths of a dollar for a million. One division keeps the decimals as they were written. */
function perToken(micros: number): number {
  return micros / 1e12;
}
