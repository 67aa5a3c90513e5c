import {
  Agent,
  Budget,
  Duration,
  Egress,
  type Fleet,
  McpServer,
  Model,
  ModelDeployment,
  Org,
  Persona,
  Run,
  Secret,
  Tool,
  usd,
  WorkerRuntime,
} from '../constructs/index.ts';

/** The smallest useful org: an agent with a model, a tool and a voice. */
export default function hello(fleet: Fleet): Org {
  const org = new Org(fleet, 'hello', { budget: Budget.perDay(usd(5)), owner: 'platform' });

  // #region agent
  const model = new Model(org, 'fast', {
    deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key: Secret.external(org, 'anthropic', 'api-key') })],
  });

  const web = new Tool(org, 'fetch', {
    server: McpServer.http('mcp-fetch'),
    traits: ['untrusted-content'],
    egress: [Egress.host('news.example.com', { reason: 'the news that the digest is made of' })],
  });

  new Agent(org, 'digest', {
    runtime: WorkerRuntime.reference(),
    run: Run.schedule('0 7 * * 1-5', { timeZone: 'Europe/Berlin', deadline: Duration.minutes(15) }),
    models: { primary: model },
    tools: [web],
    persona: new Persona(org, 'editor', { tone: 'dry', rules: ['Name the source of every claim.'] }),
    instructions: 'Write a digest of the last day in ten lines.',
    budget: Budget.perDay(usd(0.5)),
  });
  // #endregion

  return org;
}
