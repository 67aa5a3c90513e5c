import { Replicas } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, flag, list, number, object } from './code.ts';
import { egressCode, type Intents, readEgress } from './egress.ts';
import { readVariables, type Variables } from './environment-variables.ts';
import type { Fields } from './fields.ts';
import { leavePodFields } from './pod-fields.ts';
import { readProbes } from './probes.ts';
import { describeResource, type Resource } from './resource.ts';
import { readResources, TOOL_DEFAULTS } from './resources.ts';
import type { StackPlan } from './stack-plan.ts';
import { readServer } from './tool-server.ts';

/** Makes the tools of an org. `isWithWorkspace` tells whether all agents that use a tool have a workspace. */
export function makeTools(plan: StackPlan, isWithWorkspace: (tool: Resource) => boolean): void {
  for (const resource of plan.all('LanguageTool')) makeTool(plan, resource, isWithWorkspace(resource));
}

function makeTool(plan: StackPlan, resource: Resource, workspace: boolean): void {
  const spec = resource.fields.get('spec');
  const server = readServer(plan, resource);
  if ('reason' in server) return resource.fields.leave(server.reason);
  spec.get('clusterRef').carry();
  if (server.isRemote) {
    for (const key of ['deploymentMode', 'replicas', 'deployment', 'networkPolicies', 'egress', 'port']) {
      spec.get(key).leave('the tool runs elsewhere; a guard in the org forwards to it and reaches nothing else');
    }
    plan.make(resource, 'tool', 'new Tool', { server: server.code });
    return;
  }
  const pod = readPod(plan, resource);
  plan.make(resource, 'tool', 'new Tool', { server: server.code, placement: readPlacement(spec, workspace), ...pod });
}

function readPod(plan: StackPlan, resource: Resource): Readonly<Record<string, Code | undefined>> {
  const spec = resource.fields.get('spec');
  const places = [spec, spec.get('deployment')];
  const variables: Variables = { env: new Map(), secrets: new Set() };
  const intents: Intents = new Map();
  for (const place of places) {
    readVariables(plan, place, variables, { isAgent: false });
    leavePodFields(place);
    place.get('roleRules').leave('a tool has no rights to the Kubernetes API');
  }
  const reason = `needed by ${describeResource(resource)}`.slice(0, 200);
  readEgress(spec.get('egress'), reason, intents);
  readEgress(spec.get('networkPolicies', 'egress'), reason, intents);
  spec.get('networkPolicies', 'ingress').leave('a tool is reached by the agents that use it, and by nobody else');
  return {
    egress: egressCode(intents),
    secrets: variables.secrets.size > 0 ? list([...variables.secrets].map((secret) => plan.use(secret))) : undefined,
    env: variables.env.size > 0 ? object(Object.fromEntries(variables.env)) : undefined,
    resources: readResources(places, TOOL_DEFAULTS),
    probes: readProbes(spec) ?? readProbes(spec.get('deployment')),
  };
}

function readPlacement(spec: Fields, workspace: boolean): Code | undefined {
  const replicas = readReplicas(spec);
  const mode = spec.get('deploymentMode').text();
  if (mode === 'sidecar') {
    spec.get('replicas').leave('a sidecar is there once in each pod');
    if (!workspace) spec.get('deploymentMode').change('it has no workspace to work in, as one of its agents has none');
    return call('ToolPlacement.sidecar', ...(workspace ? [object({ workspace: flag(true) })] : []));
  }
  if (mode !== undefined && mode !== 'service')
    spec.get('deploymentMode').change('it is no known mode, so the tool is placed as a service');
  return replicas === undefined ? undefined : call('ToolPlacement.service', object({ replicas }));
}

function readReplicas(spec: Fields): Code | undefined {
  const field = spec.get('replicas').exists ? spec.get('replicas') : spec.get('deployment', 'replicas');
  const count = field.number();
  if (count === undefined || count === 1) return undefined;
  const refused = refusalOf(() => Replicas.fixed(count));
  if (refused === undefined) return call('Replicas.fixed', number(count));
  field.change('a tool has at least one pod and at most 200: one');
  return undefined;
}
