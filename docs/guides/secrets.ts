import {
  Agent,
  BrokeredSecret,
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

export default function secrets(fleet: Fleet): Org {
  const org = new Org(fleet, 'secrets');

  // #region sources
  const anthropic = Secret.external(org, 'anthropic', 'api-key');
  const tickets = Secret.reference(org, 'tickets', 'token', 'made-by-terraform');
  // #endregion

  const model = new Model(org, 'fast', { deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key: anthropic })] });

  // #region brokered
  const github = new BrokeredSecret(org, 'github', {
    secret: Secret.external(org, 'github-token', 'token'),
    host: 'api.github.com',
  });
  // #endregion

  // #region uses
  const desk = new Tool(org, 'desk', {
    server: McpServer.remote('https://mcp.tickets.example.com/mcp', { headers: [{ name: 'Authorization', value: tickets }] }),
  });

  new Agent(org, 'clerk', {
    runtime: WorkerRuntime.reference(),
    run: Run.service(),
    models: { primary: model },
    tools: [desk],
    brokered: [github],
    instructions: 'Close what was fixed.',
  });
  // #endregion

  return org;
}
