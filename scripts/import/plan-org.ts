import { findFallbacks } from './agent-models.ts';
import { hasWorkspace } from './agent-workspace.ts';
import type { Intents } from './egress.ts';
import { makePoolAgent, makeSessionAgent, makeSpawnerAgent, makeTaskAgent } from './kelos-agents.ts';
import { AgentConfigs } from './kelos-agent-config.ts';
import { readBudgets } from './kelos-budget.ts';
import type { Kind } from './known-kinds.ts';
import { makeAgent } from './language-agent.ts';
import { readClients } from './language-client.ts';
import { readCluster } from './language-cluster.ts';
import { makeModels } from './language-model.ts';
import { Personas } from './language-persona.ts';
import { makeTools } from './language-tool.ts';
import type { Resource } from './resource.ts';
import { type PlannedPart, type Section, StackPlan } from './stack-plan.ts';

/** Who gets its name first where parts have the same: what people reach and name most. */
const CLAIMS: readonly (readonly [Kind, Section])[] = [
  ['LanguageAgent', 'agent'],
  ['Task', 'agent'],
  ['TaskSpawner', 'agent'],
  ['WorkerPool', 'agent'],
  ['Session', 'agent'],
  ['LanguageTool', 'tool'],
  ['LanguageModel', 'model'],
  ['LanguagePersona', 'persona'],
];

/** Reads the resources of one org. */
export function planOrg(name: string, resources: readonly Resource[], runtimes: readonly Resource[]): StackPlan {
  const plan = new StackPlan(name, dropTwins(resources), runtimes);
  for (const { fields, namespace } of resources) {
    if (namespace !== name) fields.get('metadata', 'namespace').change(`the org's namespace is '${name}'`);
  }
  for (const [kind, section] of CLAIMS) for (const resource of plan.all(kind)) plan.claimId(resource, section);
  const intents: Intents = new Map();
  for (const cluster of plan.all('LanguageCluster')) for (const [key, code] of readCluster(plan, cluster)) intents.set(key, code);
  makeModels(plan, findFallbacks(plan.all('LanguageAgent')));
  makeTools(plan, workspaceUse(plan));
  const surroundings = { personas: new Personas(plan), intents, exposed: readClients(plan) };
  for (const agent of plan.all('LanguageAgent')) makeAgent(plan, agent, surroundings);
  planKelos(plan);
  return plan;
}

function planKelos(plan: StackPlan): void {
  const makers = [
    ['Task', makeTaskAgent],
    ['TaskSpawner', makeSpawnerAgent],
    ['WorkerPool', makePoolAgent],
    ['Session', makeSessionAgent],
  ] as const;
  const agents = makers.flatMap(([kind]) => plan.all(kind));
  const configs = new AgentConfigs(plan);
  const workspaces = new Set<Resource>();
  const surroundings = { configs, workspaces, models: new Map<string, PlannedPart>(), budgets: readBudgets(plan, agents) };
  for (const [kind, make] of makers) for (const resource of plan.all(kind)) make(plan, resource, surroundings);
  configs.leaveUnused();
  for (const workspace of plan.all('Workspace')) if (!workspaces.has(workspace)) workspace.fields.leave('no agent in the input names it');
}

/** Of resources that cannot be in one cluster together, the first is read. */
function dropTwins(resources: readonly Resource[]): Resource[] {
  const seen = new Set<string>();
  return resources.filter(({ kind, name, namespace, fields }) => {
    const identity = `${kind}/${namespace ?? ''}/${name}`;
    if (!seen.has(identity)) return seen.add(identity);
    fields.leave(`there is another ${kind} '${name}' before it`);
    return false;
  });
}

/** Tells of a tool whether all agents that use it have a workspace, so that it may work there. */
function workspaceUse(plan: StackPlan): (tool: Resource) => boolean {
  const without = new Set<Resource>();
  for (const agent of plan.all('LanguageAgent')) {
    const spec = agent.fields.get('spec');
    const runtime = plan.runtimes.find(({ name }) => name === spec.get('runtime').text());
    if (
      hasWorkspace(spec.get('workspace')) ||
      (!spec.get('workspace').exists && runtime !== undefined && hasWorkspace(runtime.fields.get('spec', 'workspace')))
    )
      continue;
    for (const reference of spec.first('tools', 'toolRefs').items()) {
      const tool = plan.findResource('LanguageTool', reference.get('name').text() ?? '', agent.namespace);
      if (tool !== undefined) without.add(tool);
    }
  }
  return (tool) => !without.has(tool);
}
