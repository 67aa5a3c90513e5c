import { describe, expect, it } from 'vitest';
import { entryOf, importText, stackOf } from './testing.ts';

function kelos(kind: string, name: string, spec: string, metadata = ''): string {
  return `---\napiVersion: kelos.dev/v1alpha2\nkind: ${kind}\nmetadata: { name: ${name}${metadata} }\nspec: ${spec}\n`;
}

const KEY = 'credentials: { type: api-key, secretRef: { name: k } }';

describe('import from Kelos', () => {
  it.each([
    ['codex', "ModelDeployment.openai('gpt-5', { key: k })", "Secret.reference(org, 'k', 'CODEX_API_KEY')"],
    ['claude-code', "ModelDeployment.anthropic('claude-sonnet-4-5', { key: k })", "Secret.reference(org, 'k', 'ANTHROPIC_API_KEY')"],
    ['gemini', "ModelDeployment.gemini('gemini-2.5-pro', { key: k })", "Secret.reference(org, 'k', 'GEMINI_API_KEY')"],
  ])('gives an agent of type %s its model and the gateway its key', (type, deployment, secret) => {
    const text = stackOf(kelos('Task', 't', `{ type: ${type}, prompt: x, ${KEY} }`));
    expect(text).toContain(deployment);
    expect(text).toContain(secret);
  });

  it('reads what runs a task in both places where it may stand', () => {
    const inline = stackOf(kelos('Task', 't', `{ type: codex, prompt: x, ${KEY} }`));
    expect(stackOf(kelos('Task', 't', `{ worker: { type: codex, ${KEY} }, prompt: x }`))).toBe(inline);
  });

  it('makes one model for all agents that use the same', () => {
    const text = stackOf(
      kelos('Task', 't', `{ type: codex, prompt: x, ${KEY} }`) + kelos('Task', 'u', `{ type: codex, prompt: y, ${KEY} }`),
    );
    expect(text.match(/new Model\(/g)).toHaveLength(1);
  });

  it('clones a public repository, and leaves a private one with what to do', () => {
    const task = kelos('Task', 't', `{ type: codex, prompt: x, ${KEY}, workspaceRef: { name: w } }`);
    const text = stackOf(
      task + kelos('Workspace', 'w', "{ repo: 'https://git.example.com/a/b.git', setupCommand: [sh, -c, \"npm ci && echo 'ok'\"] }"),
    );
    expect(text).toContain("'[ -e .git ] || git clone https://git.example.com/a/b.git .'");
    expect(text).toContain(String.raw`"sh -c 'npm ci && echo '\\''ok'\\'''"`);
    expect(text).toContain("Egress.host('git.example.com', { reason: 'the repository of w' })");
    const result = importText(task + kelos('Workspace', 'w', "{ repo: 'https://git.example.com/a/b.git', secretRef: { name: s } }"));
    expect(result.stacks[0]?.text).not.toContain('git clone');
    expect(entryOf(result, 'w', 'spec.repo')?.outcome).toBe('left');
  });

  it('shares a budget out among the agents that it selects, and never gives more than it has', () => {
    const labels = ', labels: { team: web }';
    const tasks = ['a', 'b', 'c'].map((name) => kelos('Task', name, `{ type: codex, prompt: x, ${KEY} }`, labels)).join('');
    const budget = kelos(
      'TaskBudget',
      'cap',
      "{ taskSelector: { matchLabels: { team: web } }, period: { type: Daily }, maxCostUSD: '10' }",
    );
    const result = importText(tasks + budget);
    expect(result.stacks[0]?.text.match(/budget: Budget\.perDay\(usd\(3\.33\)\)/g)).toHaveLength(3);
    expect(entryOf(result, 'cap', 'spec.maxCostUSD')?.reason).toBe(
      'each of 3 agents gets its share, 3.33 USD, so that together they stay within it',
    );
  });

  it('gives the org the budget of all tasks', () => {
    const text = stackOf(
      kelos('Task', 'a', `{ type: codex, prompt: x, ${KEY} }`) + kelos('TaskBudget', 'b', '{ taskSelector: {}, maxCostUSD: 5 }'),
    );
    expect(text).toContain("new Org(fleet, 'imported', { budget: Budget.perDay(usd(5)) })");
  });

  it.each([
    ['{ taskSelector: { matchLabels: { team: none } }, maxCostUSD: 5 }', '', 'no task in the input has these labels and no budget yet'],
    ['{ taskSelector: { matchExpressions: [{ key: a, operator: Exists }] }, maxCostUSD: 5 }', '', 'it selects tasks by expressions'],
    ['{ taskSelector: {}, maxCostUSD: 0 }', 'spec.maxCostUSD', "'amount' must be more than 0"],
    ['{ taskSelector: {}, maxInputTokens: 5 }', 'spec.maxInputTokens', 'budgets are counted in US dollars'],
  ])('lists the budget %s', (spec, path, reason) => {
    const result = importText(kelos('Task', 'a', `{ type: codex, prompt: x, ${KEY} }`) + kelos('TaskBudget', 'b', spec));
    expect(entryOf(result, 'b', path)).toEqual({ outcome: 'left', reason: expect.stringContaining(reason) });
  });

  it('says of a prompt that Kelos filled in that nothing does', () => {
    const result = importText(kelos('Task', 't', `{ type: codex, prompt: 'Look at {{.URL}}', ${KEY} }`));
    expect(result.stacks[0]?.text).toContain("instructions: 'Look at {{.URL}}'");
    expect(entryOf(result, 't', 'spec.prompt')?.reason).toBe(
      "Kelos filled in '{{ … }}'; here it stays as text, and what a task has to know is in its input",
    );
  });

  it('makes a pool, a session and a schedule of what they are', () => {
    const worker = `worker: { type: codex, ${KEY} }`;
    const text = stackOf(
      kelos('WorkerPool', 'p', `{ ${worker}, replicas: 2 }`) +
        kelos('Session', 's', `{ ${worker}, initialPrompt: Hello, volumeClaimTemplate: { resources: { requests: { storage: 5Gi } } } }`) +
        kelos(
          'TaskSpawner',
          'c',
          `{ when: { cron: { schedule: 0 9 * * 1 } }, maxConcurrency: 3, suspend: true, taskTemplate: { ${worker}, promptTemplate: Hi } }`,
        ),
    );
    expect(text).toContain('run: Run.pool({ max: 2 })');
    expect(text).toContain('workspace: Workspace.volume({ size: Size.gibibytes(5) })');
    expect(text).toContain("run: Run.schedule('0 9 * * 1', { whileRunning: 'Allow', suspended: true })");
  });

  it.each([
    ['Task', '{ workerPoolRef: { name: p }, prompt: x }', '', 'a task for a pool is not declared'],
    [
      'TaskSpawner',
      `{ when: { githubIssues: { labels: [x] } }, taskTemplate: { type: codex, ${KEY} } }`,
      'spec.when.githubIssues',
      'no event starts an agent by itself yet',
    ],
    ['Task', `{ type: codex, prompt: x, dependsOn: [y], ${KEY} }`, 'spec.dependsOn', 'tasks that wait for each other'],
    [
      'Task',
      '{ type: cursor, prompt: x, credentials: { type: api-key, secretRef: { name: k } } }',
      'spec.credentials',
      "which model 'cursor' calls is not known",
    ],
    ['Task', `{ type: codex, prompt: x, ${KEY}, workspaceRef: { name: gone } }`, 'spec.workspaceRef.name', "there is no Workspace 'gone'"],
    [
      'Task',
      `{ type: codex, prompt: x, ${KEY}, agentConfigRefs: [{ name: gone }] }`,
      'spec.agentConfigRefs[0]',
      "there is no AgentConfig 'gone'",
    ],
    ['AgentConfig', '{ agentsMD: x }', '', 'no agent in the input names it'],
  ])('lists what of %s %s is not carried over', (kind, spec, path, reason) => {
    const result = importText(kelos('Task', 'other', `{ type: codex, prompt: x, ${KEY} }`) + kelos(kind, 'x', spec));
    expect(entryOf(result, 'x', path)).toEqual({ outcome: 'left', reason: expect.stringContaining(reason) });
  });
});
