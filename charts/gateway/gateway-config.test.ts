import { describe, expect, it } from 'vitest';
import { Duration, Model, ModelCache, ModelDeployment, type ModelDeploymentOptions, type Org, usd } from '../../constructs/index.ts';
import { aModel, anOrg, aSecret } from '../../test/builders.ts';
import { dig } from '../../test/manifests.ts';
import { gatewayConfig } from './gateway-config.ts';
import { toYaml } from '../yaml/yaml.ts';

const CACHE = { host: 'gateway-cache.acme.svc.cluster.local', port: 6379 };

function configOf(org: Org, cache?: typeof CACHE): object {
  return gatewayConfig(org.gateway, cache);
}

function deploymentsOf(...deployments: ModelDeployment[]) {
  const org = anOrg();
  new Model(org, 'smart', { deployments });
  return dig(configOf(org), 'model_list') as { litellm_params: object; model_info: object; model_name: string }[];
}

describe('gatewayConfig', () => {
  it('is the configuration that LiteLLM was run with', async () => {
    const org = anOrg();
    const key = aSecret(org, 'provider-key');
    const price = { inputPerMillion: usd(3), outputPerMillion: usd(0.25) };
    const cheap = aModel(org, 'cheap', {
      deployments: [ModelDeployment.openai('gpt-5-mini', { key, price })],
      cache: ModelCache.redis({ ttl: Duration.minutes(1) }),
    });
    const deployments = [
      ModelDeployment.azure('gpt-5', { key, host: 'acme.openai.azure.com', apiVersion: '2025-04-01-preview', region: 'eu', weight: 3 }),
      ModelDeployment.anthropic('claude-opus-4-5', { key, region: 'us', rpm: 600, tpm: 100_000 }),
      ModelDeployment.compatible('qwen', { key, host: 'models.example.org' }),
      ModelDeployment.gemini('gemini-3-pro', { key }),
    ];
    new Model(org, 'strong', { deployments, fallbacks: [cheap], regions: ['eu', 'us'], retries: 4, timeout: Duration.seconds(90) });
    await expect(toYaml([configOf(org, CACHE)])).toMatchFileSnapshot('gateway-config.golden.yaml');
  });

  it.each([
    [3, '0.000003'],
    [0.25, '2.5e-7'],
    [0.1, '1.0e-7'],
    [0.000001, '1.0e-12'],
    [1_000_000, '1'],
    [0.11, '1.1e-7'],
  ])('writes %d dollars for a million tokens as %s for one', (dollars, text) => {
    const org = anOrg();
    const key = aSecret(org);
    const [deployment] = deploymentsOf(
      ModelDeployment.openai('gpt', { key, price: { inputPerMillion: usd(dollars), outputPerMillion: usd(0) } }),
    );
    expect(toYaml([dig(deployment?.model_info, 'input_cost_per_token')])).toBe(`${text}\n`);
  });

  it('leaves prices to LiteLLM where the stack names none', () => {
    const [deployment] = deploymentsOf(ModelDeployment.openai('gpt', { key: aSecret(anOrg()) }));
    expect(deployment?.model_info).toEqual({ id: 'smart-1', mode: 'chat' });
  });

  it('prefers regions in their order, and what is in no region last', () => {
    const org = anOrg();
    const key = aSecret(org);
    const at = (options: Partial<ModelDeploymentOptions>) => ModelDeployment.openai('gpt', { key, ...options });
    new Model(org, 'smart', { deployments: [at({}), at({ region: 'us' }), at({ region: 'eu' })], regions: ['eu', 'us'] });
    new Model(org, 'plain', { deployments: [at({ region: 'eu' })] });
    const list = dig(configOf(org), 'model_list') as { litellm_params: { order?: number } }[];
    expect(list.map(({ litellm_params: { order } }) => order)).toEqual([3, 2, 1, undefined]);
  });

  it('keeps answers only where a model asks for it', () => {
    const org = anOrg();
    aModel(org);
    expect(dig(configOf(org, CACHE), 'litellm_settings')).not.toHaveProperty('cache');
    aModel(org, 'cached', { cache: ModelCache.redis({ ttl: Duration.minutes(1) }) });
    expect(dig(configOf(org, CACHE), 'litellm_settings')).toMatchObject({ cache: true, cache_params: { ...CACHE, mode: 'default_off' } });
  });
});
