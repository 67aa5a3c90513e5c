import {
  Agent,
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
} from '../../constructs/index.ts';
import { dirname, join } from 'node:path';
import { loadFleets, type SelectionOptions } from '../load-fleet.ts';
import { type OrgPicture, pictureOrgs } from './picture.ts';

const ROOT = join(dirname(import.meta.dirname), '..');

/** Pictures of the example estate. */
export async function estatePictures(selection: SelectionOptions = {}): Promise<OrgPicture[]> {
  return pictureOrgs(await loadFleets(selection, { root: ROOT }));
}

/** A fleet of the example estate's development environment, to build orgs in. */
export async function aFleet(): Promise<Fleet> {
  const [fleet] = await loadFleets({ env: ['dev'], org: ['hello'] }, { root: ROOT });
  if (fleet === undefined) throw new Error('the estate has no environment dev');
  return fleet;
}

/** An org of many agents in some shapes, of which each has a secret of its own. */
export function manyAgents(fleet: Fleet, id: string, count: number, shapes: number): Org {
  const org = new Org(fleet, id);
  const key = Secret.external(org, 'anthropic', 'api-key');
  const model = new Model(org, 'fast', { deployments: [ModelDeployment.anthropic('claude-haiku-4-5', { key })] });
  const tools = Array.from({ length: shapes }, (_, at) => {
    const egress = [Egress.host(`service-${at}.example.com`, { reason: 'its data' })];
    return new Tool(org, `tool-${at}`, { server: McpServer.http('mcp-fetch'), egress });
  });
  for (let at = 0; at < count; at++) {
    new Agent(org, `agent-${String(at).padStart(4, '0')}`, {
      runtime: WorkerRuntime.reference(),
      run: Run.job(),
      models: { primary: model },
      tools: tools.slice(0, (at % shapes) + 1),
      secrets: [Secret.external(org, `token-${at}`, 'token')],
    });
  }
  return org;
}
