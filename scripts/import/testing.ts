import { convert } from './import.ts';
import type { ImportEntry, ImportResult } from './import-report.ts';
import { parseInput } from './parse-input.ts';

/** The first version: references by `…Refs`, modes of execution, pod fields beside everything else, limits that nothing kept. */
export const FIRST_VERSION = `
apiVersion: langop.io/v1alpha1
kind: LanguageCluster
metadata: { name: support, namespace: support }
spec: {}
---
apiVersion: langop.io/v1alpha1
kind: LanguageModel
metadata: { name: small, namespace: support }
spec:
  clusterRef: support
  provider: openai
  modelName: gpt-5-mini
  apiKeySecretRef: { name: openai-credentials }
---
apiVersion: langop.io/v1alpha1
kind: LanguageModel
metadata: { name: gpt-4.1, namespace: support }
spec:
  clusterRef: support
  provider: openai
  modelName: gpt-4.1
  apiKeySecretRef: { name: openai-credentials, key: api-key }
  timeout: 90s
  rateLimits: { requestsPerMinute: 60, tokensPerMinute: 90000 }
  retryPolicy: { maxAttempts: 4 }
  fallbacks: [{ modelRef: small }]
  caching: { enabled: true, ttl: 10m, backend: redis }
  costTracking: { enabled: true, currency: USD, inputTokenCost: 0.002, outputTokenCost: 0.008 }
---
apiVersion: langop.io/v1alpha1
kind: LanguageTool
metadata: { name: search, namespace: support }
spec:
  clusterRef: support
  image: registry.example.com/tools/search@sha256:${'1'.repeat(64)}
  deploymentMode: service
  replicas: 2
  env: [{ name: SEARCH_REGION, value: eu }]
  egress:
    - description: The index
      to: { dns: ['search.example.com', '*.cdn.example.com'] }
      ports: [{ port: 443, protocol: TCP }]
---
apiVersion: langop.io/v1alpha1
kind: LanguagePersona
metadata: { name: base, namespace: support }
spec: { displayName: Base, description: Works for the support team., systemPrompt: You are kind., tone: friendly, language: en }
---
apiVersion: langop.io/v1alpha1
kind: LanguagePersona
metadata: { name: strict, namespace: support }
spec:
  displayName: Strict
  description: Checks twice.
  systemPrompt: You check everything twice.
  tone: formal
  parentPersona: { name: base }
  capabilities: [billing, refunds]
  rules: [{ name: money, condition: When money is involved, action: ask a person, priority: 1 }]
  limitations: [Never promise a date.]
---
apiVersion: langop.io/v1alpha1
kind: LanguageAgent
metadata: { name: triage, namespace: support }
spec:
  clusterRef: support
  image: ghcr.io/language-operator/agent:latest
  executionMode: scheduled
  schedule: 0 8 * * MON-FRI
  timeout: 20m
  backoffLimit: 2
  modelRefs: [{ name: gpt-4.1, role: primary }, { name: small, role: summarization }]
  toolRefs: [{ name: search }]
  personaRefs: [{ name: base }, { name: strict }]
  goal: Keep the queue short.
  instructions: |
    Read what is new.
    Say what it is about.
  env: [{ name: QUEUE, value: inbox }]
  rateLimits: { requestsPerMinute: 30 }
  safetyConfig: { maxCostPerExecution: 0.25 }
  maxIterations: 20
  memoryStore: { type: redis }
  resources: { requests: { cpu: 500m, memory: 512Mi }, limits: { cpu: '2', memory: 2Gi } }
  workspace: { enabled: true, size: 5Gi }
`;

/** The last version: presets, execution, pod fields under `deployment`, stdio tools, network policies. */
export const LAST_VERSION = `
apiVersion: langop.io/v1alpha1
kind: LanguageCluster
metadata: { name: team }
spec:
  domain: agents.example.com
  capacity: { maxCPU: 16, maxMemory: 32Gi, maxAgents: 10 }
---
apiVersion: langop.io/v1alpha1
kind: LanguageAgentRuntime
metadata: { name: claude-code }
spec:
  image: ghcr.io/language-operator/claude-code:1.2
  ports: [{ name: http, port: 8080, expose: true }]
  deployment:
    env: [{ name: EDITOR, value: vi }]
    resources: { requests: { cpu: 250m, memory: 512Mi }, limits: { cpu: '1', memory: 2Gi } }
    startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 2 }
---
apiVersion: langop.io/v1alpha1
kind: LanguageModel
metadata: { name: sonnet, namespace: team }
spec:
  provider: anthropic
  modelName: claude-sonnet-4-5
  apiKeySecretRef: { name: anthropic, key: api-key }
  timeout: 5m
---
apiVersion: langop.io/v1alpha1
kind: LanguageTool
metadata: { name: docs, namespace: team }
spec:
  transport: stdio
  port: 8080
  stdio: { command: [npx, -y, '@example/docs-mcp@1.4.0', --quiet] }
  deployment:
    resources: { limits: { memory: 1Gi } }
    env: [{ name: DOCS_KEY, valueFrom: { secretKeyRef: { name: docs-credentials, key: token } } }]
  networkPolicies:
    egress: [{ to: [{ cidr: 0.0.0.0/0 }], ports: [{ port: 443 }] }]
---
apiVersion: langop.io/v1alpha1
kind: LanguagePersona
metadata: { name: engineer, namespace: team }
spec: { tone: precise, personality: methodical, expertise: Go; Kubernetes }
---
apiVersion: langop.io/v1alpha1
kind: LanguageAgent
metadata: { name: worker-0, namespace: team }
spec:
  runtime: claude-code
  persona: engineer
  models: [{ name: sonnet }]
  tools: [{ name: docs }, { name: linter }]
  instructions: Take the next issue.
  execution: { mode: task, schedule: '@hourly', timezone: Europe/Berlin, concurrencyPolicy: Forbid, activeDeadlineSeconds: 3600 }
  repository: { url: 'https://git.example.com/team/app.git', ref: main, depth: 1 }
  networkPolicies:
    egress: [{ to: [{ dns: [git.example.com] }], ports: [{ port: 443 }] }]
  workspace: { size: 10Gi }
  deployment:
    roleRules: [{ apiGroups: [''], resources: [pods], verbs: [get, list] }]
    env: [{ name: ANTHROPIC_API_KEY, valueFrom: { secretKeyRef: { name: anthropic, key: api-key } } }, { name: STAGE, value: test }]
---
apiVersion: langop.io/v1alpha1
kind: LanguageAgent
metadata: { name: desk, namespace: team }
spec: { runtime: openclaw, models: [{ name: sonnet }], tools: [{ name: docs, enabled: false }] }
`;

/** Kelos: tasks, a schedule, a pool and budgets. */
export const KELOS = `
apiVersion: kelos.dev/v1alpha2
kind: Workspace
metadata: { name: app }
spec: { repo: 'https://git.example.com/team/app.git', ref: main }
---
apiVersion: kelos.dev/v1alpha2
kind: AgentConfig
metadata: { name: house }
spec:
  agentsMD: Keep changes small.
  mcpServers: [{ name: docs, type: stdio, command: npx, args: [-y, '@example/docs-mcp@1.4.0'] }]
---
apiVersion: kelos.dev/v1alpha1
kind: Task
metadata: { name: fix, labels: { team: web } }
spec:
  type: claude-code
  prompt: Fix the login.
  credentials: { type: api-key, secretRef: { name: anthropic } }
  workspaceRef: { name: app }
  agentConfigRef: { name: house }
  dependsOn: [plan]
  ttlSecondsAfterFinished: 600
---
apiVersion: kelos.dev/v1alpha2
kind: TaskSpawner
metadata: { name: weekly }
spec:
  when: { cron: { schedule: 0 9 * * 1 } }
  maxConcurrency: 1
  taskTemplate:
    worker: { type: codex, model: gpt-5, credentials: { type: api-key, secretRef: { name: openai } } }
    promptTemplate: Update what is outdated.
    metadata: { labels: { team: web } }
---
apiVersion: kelos.dev/v1alpha2
kind: WorkerPool
metadata: { name: pool }
spec:
  replicas: 3
  worker: { type: claude-code, credentials: { type: oauth, secretRef: { name: anthropic } } }
  volumeClaimTemplate: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 20Gi } } }
---
apiVersion: kelos.dev/v1alpha2
kind: TaskBudget
metadata: { name: web }
spec: { taskSelector: { matchLabels: { team: web } }, period: { type: Daily, timezone: UTC }, maxCostUSD: '10' }
---
apiVersion: kelos.dev/v1alpha2
kind: TaskBudget
metadata: { name: all }
spec: { taskSelector: {}, period: { type: Daily }, maxCostUSD: 50 }
`;

/** Converts a text; nothing is written. */
export function importText(text: string, org?: string): ImportResult {
  return convert(parseInput([{ file: 'in.yaml', text }]), { out: 'stacks', dryRun: true, ...(org !== undefined && { org }) });
}

/** The stack that a text becomes, if it is one. */
export function stackOf(text: string): string {
  return importText(text).stacks[0]?.text ?? '';
}

/** What became of a field. */
export function entryOf(result: ImportResult, name: string, path: string): Pick<ImportEntry, 'outcome' | 'reason'> | undefined {
  const found = result.entries.find((entry) => entry.name === name && entry.path === path);
  return found && { outcome: found.outcome, reason: found.reason };
}

/** The paths of all that has nothing below it. */
export function leavesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [path];
  if (Array.isArray(value)) return value.flatMap((item: unknown, at) => leavesOf(item, `${path}[${at}]`));
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => {
    const step = /^[-\w]+$/.test(key) ? key : JSON.stringify(key);
    return leavesOf(child, path === '' ? step : `${path}.${step}`);
  });
}

/** Whether a report of a path speaks of a leaf. */
export function covers(path: string, leaf: string): boolean {
  return path === '' || leaf === path || leaf.startsWith(`${path}.`) || leaf.startsWith(`${path}[`);
}
