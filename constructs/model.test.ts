import { describe, expect, it } from 'vitest';
import { aModel, anOrg, aSecret } from '../test/builders.ts';
import { Duration, Guardrail, Memory, MemoryStore, Model, ModelCache, ModelDeployment, Org, usd } from './index.ts';

describe('Model', () => {
  it('reaches the fallbacks of its fallbacks, each once', () => {
    const org = anOrg();
    const [a, b] = [aModel(org, 'a'), aModel(org, 'b')];
    const c = aModel(org, 'c', { fallbacks: [a, b] });
    const d = aModel(org, 'd', { fallbacks: [c, a] });
    expect(d.closure().map((model) => model.name)).toEqual(['d', 'c', 'a', 'b']);
  });

  it('tells all that is wrong at once', () => {
    const org = anOrg();
    const cache = ModelCache.redis({ ttl: Duration.millis(1) });
    expect(() => new Model(org, 'm', { deployments: [], retries: 11, timeout: Duration.hours(2), cache, regions: ['mars'] })).toThrow(
      [
        'test/acme/m cannot be built:',
        "'deployments' must name at least one deployment, got []",
        "'retries' must be a whole number from 0 to 10, got 11",
        "'timeout' must be whole seconds from 1 to 3600, got 7200",
        "'cache.ttl' must be whole seconds, from 1 second to 30 days, got 0.001",
        "'regions' must be regions of its deployments, got 'mars'; no deployment names a region [FW_INVALID_PROPS]",
      ].join('\n  - '),
    );
  });
});

describe('ModelDeployment', () => {
  const key = aSecret(anOrg());

  it('knows where its provider is', () => {
    expect(ModelDeployment.anthropic('claude', { key })).toMatchObject({ host: 'api.anthropic.com', weight: 1 });
    expect(ModelDeployment.compatible('own', { key, host: 'models.example.com' }).host).toBe('models.example.com');
  });

  it.each([
    [{ weight: 0 }, 'weight'],
    [{ rpm: -1 }, 'rpm'],
    [{ tpm: 1.5 }, 'tpm'],
    [{ region: 'EU West' }, 'region'],
  ])('refuses %j', (options, prop) => {
    expect(() => ModelDeployment.openai('gpt', { key, ...options })).toThrow(`ModelDeployment of 'gpt': '${prop}' must`);
  });

  it.each(['', 'a b', '{{x}}', 'a\nb'])('refuses the model name %j', (model) => {
    expect(() => ModelDeployment.openai(model, { key })).toThrow(/'model' must be the model name that the provider uses/);
  });

  it.each(['os.environ/LITELLM_MASTER_KEY', '2025-04-01\n', '', '2025'])('refuses the version %j', (apiVersion) => {
    expect(() => ModelDeployment.azure('gpt', { key, host: 'a.example.com', apiVersion })).toThrow(
      "ModelDeployment of 'gpt': 'apiVersion' must be a version such as '2025-04-01-preview' or 'v1', got",
    );
  });

  it('names no variable of the gateway', () => {
    expect(() => ModelDeployment.openai('os.environ/LITELLM_MASTER_KEY', { key })).toThrow(
      "'model' must not name a variable of the gateway's, got 'os.environ/LITELLM_MASTER_KEY'",
    );
  });

  it('refuses prices below zero', () => {
    expect(() => ModelDeployment.openai('gpt', { key, price: { inputPerMillion: usd(-1), outputPerMillion: usd(1) } })).toThrow(
      /'amount' must be 0 or more/,
    );
  });
});

describe('ModelGateway', () => {
  it('looks for secrets unless told otherwise', () => {
    expect(anOrg().gateway).toMatchObject({ replicas: 2, guardrails: [Guardrail.secrets()] });
  });

  it('knows the models of its org', () => {
    const org = anOrg();
    const model = aModel(org);
    expect(org.gateway.models).toEqual([model]);
  });

  it.each([0, 51, 1.5])('refuses %d replicas', (replicas) => {
    const { fleet } = anOrg();
    expect(() => new Org(fleet, 'other', { gateway: { replicas } })).toThrow(/'replicas' must be a whole number from 1 to 50/);
  });
});

describe('Guardrail', () => {
  it('refuses flags, which Python writes otherwise', () => {
    expect(() => Guardrail.pattern('x', /a/i)).toThrow("Guardrail.pattern: 'expression' must have no flags, got '/a/i' [FW_INVALID_VALUE]");
  });
  it('wants words', () => expect(() => Guardrail.topics('x', [])).toThrow(/'words' must be at least one word/));
  it.each([0, -1, 1.5])('refuses a length of %d', (n) =>
    expect(() => Guardrail.longestInput(n)).toThrow(/'characters' must be a whole number above 0/),
  );
  it.each(['', 'A', 'a b'])('refuses the name %j', (name) =>
    expect(() => Guardrail.topics(name, ['x'])).toThrow(/'name' must be 1 to 63 characters/),
  );
});

describe('Memory', () => {
  const org = anOrg();
  const url = aSecret(org, 'url');
  const pods = { namespace: 'data', labels: { app: 'redis' } };
  let count = 0;
  const build = (ttl?: Duration) =>
    new Memory(org, `m${count++}`, { store: MemoryStore.redis({ pods, port: 6379, url }), ...(ttl && { ttl }) });

  it('forgets after thirty days unless told otherwise', () => expect(build().ttl.toDays()).toBe(30));
  it.each([Duration.seconds(0), Duration.days(367), Duration.millis(1500)])('refuses a ttl of %o', (ttl) => {
    expect(() => build(ttl)).toThrow(/'ttl' must be whole seconds, more than 0 and at most 366 days/);
  });
  it.each([0, 65_536, 1.5])('refuses port %d', (port) =>
    expect(() => MemoryStore.postgres({ pods, port, url })).toThrow(/'port' must be a whole number/),
  );
  it.each(['', 'a b\nc', 'A', 'a.b', '-a', 'x'.repeat(64)])('is in no namespace %j', (namespace) => {
    expect(() => MemoryStore.redis({ pods: { ...pods, namespace }, port: 1, url })).toThrow(
      "'pods.namespace' must be the name of a namespace",
    );
  });
  it.each<Record<string, string>>([{}, { 'x y': 'a' }, { a: 'x y' }, { 'a/b/c': 'd' }, { '/a': 'b' }, { a: 'x'.repeat(64) }, { '': 'a' }])(
    'is in no pods with %j',
    (labels) => {
      expect(() => MemoryStore.postgres({ pods: { namespace: 'data', labels }, port: 1, url })).toThrow(
        /'pods.labels' must be at least one label of Kubernetes, got .*; without a label, they would be all pods of the namespace/,
      );
    },
  );
  it('may be in pods with a label that has a prefix and no value', () => {
    const labels = { 'cnpg.io/cluster': '' };
    expect(MemoryStore.postgres({ pods: { namespace: 'data', labels }, port: 1, url }).location).toMatchObject({ pods: { labels } });
  });
  it.each(['A', 'ab', 'a_b', '-ab'])('refuses the bucket %j', (bucket) => {
    expect(() => MemoryStore.s3({ endpoint: 's3.example.com', bucket, credentials: url })).toThrow(/'bucket' must be 3 to 63 characters/);
  });
});
