import { describe, expect, it } from 'vitest';
import { entryOf, importText, stackOf } from './testing.ts';

function agent(spec: string, extra = ''): string {
  return `apiVersion: langop.io/v1alpha1\nkind: LanguageAgent\nmetadata: { name: a, namespace: team }\nspec: ${spec}\n${extra}`;
}

const MODEL = `---
apiVersion: langop.io/v1alpha1
kind: LanguageModel
metadata: { name: m, namespace: team }
spec: { provider: anthropic, modelName: claude-sonnet-4-5, apiKeySecretRef: { name: anthropic } }
`;

describe('import of an agent', () => {
  it.each([
    ['{ executionMode: autonomous, replicas: 3 }', 'Run.service({ replicas: Replicas.fixed(3) })'],
    ['{ executionMode: event-driven, timeout: 5m }', 'Run.job({ deadline: Duration.minutes(5) })'],
    ["{ executionMode: scheduled, schedule: '@daily' }", "Run.schedule('0 0 * * *')"],
    ['{ execution: { mode: task, retryLimit: 2 } }', 'Run.job({ retries: 2 })'],
    [
      "{ execution: { mode: task, schedule: '0 1 * * *', concurrencyPolicy: Replace, suspend: true } }",
      "Run.schedule('0 1 * * *', { whileRunning: 'Replace', suspended: true })",
    ],
    ['{ ports: [{ name: http, port: 8080, expose: true }] }', 'Run.service({ expose: Exposure.signedIn() })'],
    ['{ runtime: goose }', 'WorkerRuntime.goose()'],
    ['{ runtime: gemini-cli }', 'WorkerRuntime.geminiCli()'],
    ['{ image: ghcr.io/language-operator/opencode-server:1 }', 'WorkerRuntime.opencode()'],
    [
      '{ image: ghcr.io/acme/job:1, deployment: { command: [make], args: [all] } }',
      "WorkerRuntime.shell({ command: ['make', 'all'], image: 'job' })",
    ],
    ['{ workspace: { size: 1Gi, accessMode: ReadWriteMany } }', 'Workspace.volume({ size: Size.gibibytes(1), shared: true })'],
    ['{ execution: { mode: task }, workspace: { size: 1Gi } }', 'workspace: Workspace.scratch(Size.gibibytes(1))'],
    ['{ egress: [{ to: { dns: [a.example.com] }, ports: [{ port: 80 }] }] }', "Egress.plainHttp('a.example.com'"],
    ["{ egress: [{ to: { dns: ['*.example.com'] }, ports: [{ port: 22 }] }] }", "Egress.host('example.com', { depth: 'any', ports: [22]"],
  ])('reads %s', (spec, code) => {
    expect(stackOf(agent(spec))).toContain(code);
  });

  it.each([
    ["{ execution: { mode: task, schedule: '@every 7m' } }", 'spec.execution.schedule', "Run.schedule: 'cron' must be five fields"],
    ['{ models: [{ name: gone }] }', 'spec.models[0].name', "there is no LanguageModel 'gone' in the input for this org; import it"],
    ['{ persona: gone }', 'spec.persona', "there is no LanguagePersona 'gone'"],
    ['{ deployment: { env: [{ name: HTTPS_PROXY, value: x }] } }', 'spec.deployment.env[0]', 'egress is routed by this variable'],
    ['{ deployment: { env: [{ name: MY_TOKEN, value: abc }] } }', 'spec.deployment.env[0]', 'by its name it is a credential'],
    ['{ deployment: { envFrom: [{ secretRef: { name: x } }] } }', 'spec.deployment.envFrom[0]', 'which keys the Secret has is not said'],
    [
      '{ networkPolicies: { egress: [{ to: [{ cidr: 0.0.0.0/0 }] }] } }',
      'spec.networkPolicies.egress[0]',
      'it opens every address there is',
    ],
    ['{ credentials: [{ name: X, value: y }] }', 'spec.credentials[0]', 'a stack holds no credential'],
    [
      '{ safetyConfig: { maxCostPerExecution: 1 } }',
      'spec.safetyConfig.maxCostPerExecution',
      'it limits the use of models, and the agent has none',
    ],
    ['{ selfConfigure: { enabled: true } }', 'spec.selfConfigure', 'an agent does not change itself'],
    ["{ repository: { url: 'git@example.com:a/b.git' } }", 'spec.repository', 'only the https address of a public repository'],
  ])('lists what of %s is not carried over', (spec, path, reason) => {
    const entry = entryOf(importText(agent(spec)), 'a', path);
    expect(entry).toEqual({ outcome: 'left', reason: expect.stringContaining(reason) });
  });

  it('says of what language-operator ignored that it works now', () => {
    const result = importText(
      agent('{ models: [{ name: m }], safetyConfig: { maxCostPerExecution: 1 }, rateLimits: { requestsPerMinute: 5 } }', MODEL),
    );
    expect(result.stacks[0]?.text).toContain('budget: Budget.perTask(usd(1)),\n    rateLimit: { requestsPerMinute: 5 },');
    expect(entryOf(result, 'a', 'spec.safetyConfig.maxCostPerExecution')?.reason).toBe('language-operator ignored it; here it works');
  });

  it('makes a Secret file of a variable, under a name that Fleetwright leaves free', () => {
    const spec = '{ deployment: { env: [{ name: GH, valueFrom: { secretKeyRef: { name: gh-credentials, key: token } } }] } }';
    const result = importText(agent(spec));
    expect(result.stacks[0]?.text).toContain("const gh = Secret.reference(org, 'gh', 'token');");
    expect(entryOf(result, 'a', 'spec.deployment.env[0]')?.reason).toBe(
      "it is the file /etc/secrets/gh/token and not a variable, so that nothing that prints its variables tells it; copy the Secret 'gh-credentials' to 'gh', as names that end with '-credentials' belong to Fleetwright",
    );
  });

  it('writes each host once', () => {
    const rule = '{ to: { dns: [a.example.com] }, ports: [{ port: 443 }] }';
    expect(stackOf(agent(`{ egress: [${rule}, ${rule}] }`)).match(/Egress\.host\(/g)).toHaveLength(1);
  });

  it('lists the Secrets that have to be in the namespace of the org', () => {
    const result = importText(agent('{ models: [{ name: m }] }', MODEL), 'elsewhere');
    expect(result.environment.secrets).toEqual([{ namespace: 'elsewhere', name: 'anthropic', key: 'api-key' }]);
    expect(entryOf(result, 'a', 'metadata.namespace')).toEqual({ outcome: 'changed', reason: "the org's namespace is 'elsewhere'" });
  });

  it('never runs foreign text in a shell', () => {
    const result = importText(agent("{ repository: { url: 'https://example.com/a.git; rm -rf /', ref: main } }"));
    expect(result.stacks[0]?.text).not.toContain('rm -rf');
    const branch = importText(agent("{ repository: { url: 'https://example.com/a.git', ref: '--upload-pack=evil' } }"));
    expect(branch.stacks[0]?.text).toContain("setup: ['[ -e .git ] || git clone https://example.com/a.git .']");
    expect(entryOf(branch, 'a', 'spec.repository.ref')?.outcome).toBe('left');
  });

  it('prints no value of a secret in its report', () => {
    const value = ['s3', 'cr3t'].join('');
    const result = importText(
      agent(
        `{ credentials: [{ name: X, value: ${value} }], deployment: { env: [{ name: A_KEY, value: ${value} }] }, opencode: { password: ${value} } }`,
      ),
    );
    expect(JSON.stringify(result)).not.toContain(value);
  });
});

describe('import of models', () => {
  const model = (name: string, spec: string) =>
    `---\napiVersion: langop.io/v1alpha1\nkind: LanguageModel\nmetadata: { name: ${name}, namespace: team }\nspec: ${spec}\n`;

  it.each([
    ['{ provider: openai, modelName: gpt-5 }', "ModelDeployment.openai('gpt-5'"],
    ['{ litellmProvider: gemini, modelName: gemini-2.5-pro }', "ModelDeployment.gemini('gemini-2.5-pro'"],
    [
      "{ provider: openai-compatible, modelName: x, endpoint: 'https://llm.example.com/v1' }",
      "ModelDeployment.compatible('x', { key: mKey, host: 'llm.example.com' })",
    ],
    [
      "{ provider: azure, modelName: x, endpoint: 'https://a.openai.azure.com/', apiVersion: 2025-04-01-preview }",
      "host: 'a.openai.azure.com', apiVersion: '2025-04-01-preview'",
    ],
  ])('reads %s', (spec, code) => {
    expect(stackOf(model('m', spec))).toContain(code);
  });

  it.each([
    ["{ provider: openai-compatible, modelName: x, endpoint: 'http://ollama:11434/v1' }", 'its endpoint is not reached by TLS'],
    ["{ provider: openai-compatible, modelName: x, endpoint: 'https://a.example.com:8443/v1' }", 'its endpoint is not on port 443'],
    ['{ provider: bedrock, modelName: x }', "no deployment of Fleetwright reaches a model of 'bedrock'"],
    ["{ provider: openai, modelName: 'a b' }", "'model' must be the model name that the provider uses"],
  ])('leaves %s', (spec, reason) => {
    expect(entryOf(importText(model('m', spec)), 'm', '')?.reason).toContain(reason);
  });

  it('carries over the version of an API that stands among the parameters, and lists the others', () => {
    const configuration = "{ temperature: 1, additionalParameters: { api_version: '2025-01-01-preview', seed: '1' } }";
    const result = importText(
      model('m', `{ provider: azure, modelName: x, endpoint: 'https://a.openai.azure.com', configuration: ${configuration} }`),
    );
    expect(result.stacks[0]?.text).toContain("apiVersion: '2025-01-01-preview'");
    const outcomes = ['temperature', 'additionalParameters.api_version', 'additionalParameters.seed'].map(
      (path) => entryOf(result, 'm', `spec.configuration.${path}`)?.outcome,
    );
    expect(outcomes).toEqual(['left', 'carried', 'left']);
  });

  it('breaks circles of fallbacks, and says where', () => {
    const text =
      model('a', '{ provider: openai, modelName: gpt-5, fallbacks: [{ modelRef: b }] }') +
      model('b', '{ provider: openai, modelName: gpt-4, fallbacks: [{ modelRef: a }] }');
    const result = importText(text);
    expect(result.stacks[0]?.text).toContain('fallbacks: [b]');
    expect(entryOf(result, 'b', 'spec.fallbacks[0].modelRef')).toEqual({
      outcome: 'left',
      reason: 'models would fall back to each other in a circle: LanguageModel a leads here',
    });
  });

  it('spreads calls over endpoints with their regions', () => {
    const endpoints =
      "[{ url: 'https://eu.example.com/v1', weight: 2, region: eu-west-1 }, { url: 'https://us.example.com/v1', region: us-east-1 }]";
    const spec = `{ provider: openai-compatible, modelName: x, endpoint: 'https://eu.example.com', loadBalancing: { endpoints: ${endpoints} }, regions: [{ name: us-east-1, priority: 2 }, { name: eu-west-1, priority: 1 }] }`;
    const text = stackOf(model('m', spec));
    expect(text).toContain("host: 'eu.example.com', weight: 2, region: 'eu-west-1'");
    expect(text).toContain("regions: ['eu-west-1', 'us-east-1']");
  });

  it('lets the model that an agent thinks with fall back to what the agent calls a fallback', () => {
    const text = agent(
      '{ models: [{ name: m }, { name: n, role: fallback }] }',
      MODEL + model('n', '{ provider: openai, modelName: gpt-5 }'),
    );
    expect(stackOf(text)).toContain('fallbacks: [n]');
    expect(stackOf(text)).toContain('models: { primary: m }');
  });
});

describe('import of tools', () => {
  const tool = (spec: string) =>
    `apiVersion: langop.io/v1alpha1\nkind: LanguageTool\nmetadata: { name: t, namespace: team }\nspec: ${spec}\n`;

  it.each([
    ['{ image: registry.example.com/a/fetch:1, port: 80 }', "server: McpServer.http('fetch')"],
    ["{ transport: stdio, stdio: { command: [npx, -y, 'x-mcp'] } }", "McpServer.stdio('npm/x-mcp')"],
    [
      "{ transport: stdio, stdio: { command: [uvx, 'x-mcp==0.8.1', -v] } }",
      "McpServer.stdio('pypi/x-mcp@0.8.1', { command: ['mcp-server', '-v'] })",
    ],
    ['{ image: a/b:1, deploymentMode: sidecar }', 'ToolPlacement.sidecar({ workspace: true })'],
    [
      "{ url: 'https://mcp.example.com/mcp', headers: [{ name: Authorization, valueFrom: { secretKeyRef: { name: tok, key: v } } }] }",
      "McpServer.remote('https://mcp.example.com/mcp', { headers: [{ name: 'Authorization', value: tok }] })",
    ],
    [
      '{ image: a/b:1, livenessProbe: { httpGet: { path: /healthz, port: 80 }, periodSeconds: 20, failureThreshold: 5 } }',
      "probes: { liveness: Probe.http('/healthz', { period: Duration.seconds(20), failures: 5 }) }",
    ],
  ])('reads %s', (spec, code) => {
    expect(stackOf(tool(spec))).toContain(code);
  });

  it('leaves what is no MCP server', () => {
    expect(entryOf(importText(tool('{ type: openapi, image: a/b:1 }')), 't', '')?.reason).toBe(
      'tools speak the Model Context Protocol; put a server before the API',
    );
  });

  it('lets no tool work in a workspace that one of its agents has not', () => {
    const text = agent('{ tools: [{ name: t }] }', `---\n${tool('{ image: a/b:1, deploymentMode: sidecar }')}`);
    expect(stackOf(text)).toContain('placement: ToolPlacement.sidecar() }');
  });

  it('locks images that have a digest, and lists those that have none', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const { environment } = importText(
      `${tool(`{ image: 'r.example.com/x/one@${digest}' }`)}---\n${tool('{ image: r.example.com/x/two:1 }').replace('name: t', 'name: u')}`,
    );
    expect(environment.images).toEqual([
      { name: 'one', image: `r.example.com/x/one@${digest}`, locked: `r.example.com/x/one@${digest}` },
      { name: 'two', image: 'r.example.com/x/two:1', locked: undefined },
    ]);
  });
});

describe('import of clients', () => {
  it('exposes the agents that a client lets people reach', () => {
    const client =
      '---\napiVersion: langop.io/v1alpha1\nkind: LanguageClient\nmetadata: { name: c, namespace: team }\nspec: { image: x:1, type: web, agentRefs: [{ name: a }] }\n';
    const result = importText(agent('{}', client));
    expect(result.stacks[0]?.text).toContain('run: Run.service({ expose: Exposure.signedIn() })');
    expect(entryOf(result, 'c', 'spec.image')).toEqual({ outcome: 'left', reason: 'no program for people is run for an org' });
    expect(result.environment.needs).toEqual({
      'cluster.ingress': 'an agent is exposed',
      'cluster.oidc': 'an agent is exposed behind a sign-in',
    });
  });
});

describe('import of several orgs', () => {
  const at = (name: string, namespace: string) =>
    `---\napiVersion: langop.io/v1alpha1\nkind: LanguageAgent\nmetadata: { name: ${name}${namespace && `, namespace: ${namespace}`} }\nspec: {}\n`;

  it('makes one of each namespace', () => {
    expect(importText(at('a', 'one') + at('b', 'two')).stacks.map(({ file, parts }) => [file, parts])).toEqual([
      ['stacks/one.ts', '1 agent'],
      ['stacks/two.ts', '1 agent'],
    ]);
  });

  it('gives what names no namespace to the only org', () => {
    expect(importText(at('a', 'one') + at('b', '')).stacks.map(({ parts }) => parts)).toEqual(['2 agents']);
  });

  it('keeps namespaces of the cluster apart from orgs', () => {
    expect(importText(at('a', 'default') + at('b', 'kube-system')).stacks.map(({ org }) => org)).toEqual([
      'org-default',
      'org-kube-system',
    ]);
  });

  it('gives each its own name where all become one, and says so', () => {
    const result = importText(at('web', 'one') + at('web', 'two'), 'all');
    expect(result.stacks[0]?.text).toContain("new Agent(org, 'web',");
    expect(result.stacks[0]?.text).toContain("new Agent(org, 'web-agent',");
    expect(result.entries.map(({ reason }) => reason)).toContain("it is called 'web-agent': another part of the org has the name");
  });

  it('reads the first of two that cannot be in one cluster together', () => {
    const result = importText(at('web', 'one') + at('web', 'one'));
    expect(result.entries.find(({ outcome }) => outcome === 'left')?.reason).toBe("there is another LanguageAgent 'web' before it");
  });

  it.each([
    ['langop.io/v1alpha1', 'LanguageAgnet', "language-operator has no kind 'LanguageAgnet'; did you mean 'LanguageAgent'?"],
    ['langop.io/v2', 'LanguageAgent', "version 'v2' of langop.io is not known; known are v1alpha1"],
    ['langops.io/v1alpha1', 'LanguageAgent', "there is no group 'langops.io'; did you mean 'langop.io'?"],
    ['v1', 'ConfigMap', 'it is no resource of language-operator or Kelos; what an org needs besides its parts is added in its stack'],
    ['kelos.dev/v1alpha2', 'TaskRecord', 'it is what happened, not what people want'],
  ])('lists %s %s', (apiVersion, kind, reason) => {
    const result = importText(`${at('a', 'one')}---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: x }\n`);
    expect(entryOf(result, 'x', '')).toEqual({ outcome: 'left', reason });
  });
});
