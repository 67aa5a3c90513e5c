import {
  Agent,
  type Fleet,
  McpServer,
  Model,
  ModelDeployment,
  Org,
  Run,
  Secret,
  Size,
  Tool,
  ToolPlacement,
  WorkerRuntime,
  Workspace,
} from '../constructs/index.ts';
import { seatsOf } from './seats.ts';

/** An org of the benchmark's fleet, as a stack would write it: a model, a tool beside each agent, and the agents. */
export function benchOrg(fleet: Fleet, id: string, agents: number, edited?: number): Org {
  const org = new Org(fleet, id);
  const key = Secret.external(org, 'anthropic', 'api-key');
  const model = new Model(org, 'fast', { deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key })] });
  const files = new Tool(org, 'files', {
    server: McpServer.npm('@modelcontextprotocol/server-filesystem', '2026.7.10'),
    placement: ToolPlacement.sidecar({ workspace: true }),
  });
  // Made once, as values are: they never change.
  const runtime = WorkerRuntime.reference();
  const run = Run.service();
  const workspace = Workspace.volume({ size: Size.gibibytes(5) });
  for (const { name, instructions } of seatsOf(id, agents, edited)) {
    new Agent(org, name, { runtime, run, models: { primary: model }, tools: [files], workspace, instructions });
  }
  return org;
}
