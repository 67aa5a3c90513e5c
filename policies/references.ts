import {
  Agent,
  BrokeredSecret,
  Dispatcher,
  EgressPolicy,
  type EgressGrant,
  type Fleet,
  isPipeline,
  Memory,
  Model,
  OrgPart,
  Persona,
  type Pipeline,
  Tool,
  Trigger,
} from '../constructs/index.ts';

/** Takes one reference: a part names another by a prop. */
export type VisitReference = (from: OrgPart, prop: string, to: OrgPart) => void;

/** Goes through all references between the parts of a fleet. */
export function visitReferences(fleet: Fleet, visit: VisitReference): void {
  for (const org of fleet.orgs) {
    for (const part of org.children) if (part instanceof OrgPart) visitPart(part, visit);
  }
}

function visitPart(part: OrgPart, visit: VisitReference): void {
  if (part instanceof Agent) visitAgent(part, visit);
  else if (part instanceof Tool) visitTool(part, visit);
  else if (part instanceof Model) visitModel(part, visit);
  else if (part instanceof Persona) for (const parent of part.extends) visit(part, 'extends', parent);
  else if (part instanceof BrokeredSecret) visit(part, 'secret', part.secret);
  else if (part instanceof Memory) visit(part, 'store', part.store.secret);
  else if (isPipeline(part)) visitPipeline(part, visit);
  else if (part instanceof Trigger) visitTrigger(part, visit);
  else if (part instanceof Dispatcher && part.database.secret !== undefined) visit(part, 'database', part.database.secret);
}

function visitAgent(agent: Agent, visit: VisitReference): void {
  const { models } = agent;
  if (models !== undefined) {
    visit(agent, 'models.primary', models.primary);
    if (models.reasoning !== undefined) visit(agent, 'models.reasoning', models.reasoning);
    if (models.toolCalling !== undefined) visit(agent, 'models.toolCalling', models.toolCalling);
    if (models.summarization !== undefined) visit(agent, 'models.summarization', models.summarization);
  }
  for (const tool of agent.tools) visit(agent, 'tools', tool);
  for (const secret of agent.secrets) visit(agent, 'secrets', secret);
  for (const broker of agent.brokered) visit(agent, 'brokered', broker);
  if (agent.persona !== undefined) visit(agent, 'persona', agent.persona);
  if (agent.memory !== undefined) visit(agent, 'memory', agent.memory);
  visitGrants(agent, agent.egress, visit);
}

function visitPipeline(pipeline: Pipeline, visit: VisitReference): void {
  for (const { by } of pipeline.steps) if (by instanceof Agent) visit(pipeline, 'steps', by);
}

function visitTrigger(trigger: Trigger, visit: VisitReference): void {
  visit(trigger, 'start', trigger.start);
  if (trigger.secret !== undefined) visit(trigger, 'secret', trigger.secret);
}

function visitTool(tool: Tool, visit: VisitReference): void {
  const { origin } = tool.server;
  if (origin.kind === 'remote') for (const { value } of origin.headers) visit(tool, 'server.headers', value);
  for (const secret of tool.secrets) visit(tool, 'secrets', secret);
  visitGrants(tool, tool.egress, visit);
}

function visitModel(model: Model, visit: VisitReference): void {
  for (const { key } of model.deployments) visit(model, 'deployments', key);
  for (const fallback of model.fallbacks) visit(model, 'fallbacks', fallback);
}

function visitGrants(part: OrgPart, grants: readonly EgressGrant[], visit: VisitReference): void {
  for (const grant of grants) if (grant instanceof EgressPolicy) visit(part, 'egress', grant);
}
