import {
  Agent,
  Duration,
  Egress,
  type Fleet,
  McpServer,
  Model,
  ModelDeployment,
  Org,
  Run,
  Secret,
  Tool,
  WorkerRuntime,
} from '../../index.ts';

/** Imported from language-operator: 1 agent, 1 tool, 1 model, 1 secret. */
export default function support(fleet: Fleet): Org {
  const org = new Org(fleet, 'support');

  // #region support
  const anthropic = Secret.reference(org, 'anthropic', 'api-key');

  const sonnet = new Model(org, 'sonnet', { deployments: [ModelDeployment.anthropic('claude-sonnet-4-5', { key: anthropic })] });

  const fetchTool = new Tool(org, 'fetch', {
    server: McpServer.http('mcp-fetch'),
    egress: [Egress.host('status.example.com', { reason: 'needed by LanguageTool fetch' })],
  });

  new Agent(org, 'triage', {
    runtime: WorkerRuntime.claudeCode(),
    run: Run.schedule('0 * * * *', { deadline: Duration.minutes(30) }),
    models: { primary: sonnet },
    tools: [fetchTool],
    instructions: 'Read what is new, and say what it is about.',
  });
  // #endregion

  return org;
}
