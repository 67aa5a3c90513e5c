/** The resources of language-operator that a cluster of so many holds: one cluster, one model, and agents. */
export function languageResources(count: number): string {
  const shared = [
    { kind: 'LanguageCluster', metadata: { name: 'support' }, spec: { domain: 'agents.example.com' } },
    {
      kind: 'LanguageModel',
      metadata: { name: 'sonnet', namespace: 'support' },
      spec: { provider: 'anthropic', modelName: 'claude-sonnet-4-5', apiKeySecretRef: { name: 'anthropic', key: 'api-key' } },
    },
  ];
  const agents = Array.from({ length: count - shared.length }, (_, i) => ({
    kind: 'LanguageAgent',
    metadata: { name: `triage-${i}`, namespace: 'support' },
    spec: {
      runtime: 'claude-code',
      models: [{ name: 'sonnet' }],
      instructions: `Read what is new in queue ${i}, and say what it is about.`,
      execution: { mode: 'task', schedule: '@hourly', activeDeadlineSeconds: 1800 },
      networkPolicies: { egress: [{ to: [{ dns: [`queue-${i}.example.com`] }], ports: [{ port: 443 }] }] },
    },
  }));
  // JSON is YAML too.
  return [...shared, ...agents].map((resource) => JSON.stringify({ apiVersion: 'langop.io/v1alpha1', ...resource })).join('\n---\n');
}
