import { DISPATCHER } from '../../controller/contract/index.ts';
import { type Manifest, share } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { exposureRules } from './exposure.ts';
import { type Labels, objectMeta, reachLabel, selectorOf } from '../manifest.ts';
import { apiServerRules, type Rule, localPods, podsIn, renderNetworkPolicy, tcp } from '../network-policy.ts';

/** The labels by which the parts that an agent uses let its pods in. */
export function reachLabels({ agent, egress, tools }: AgentPlace): Labels {
  const labels: Record<string, string> = { ...egress.podLabels };
  if (agent.models !== undefined) labels[reachLabel('gateway')] = 'allowed';
  for (const { tool, sidecarPort } of tools) if (sidecarPort === undefined) labels[reachLabel(tool.name)] = 'allowed';
  for (const broker of agent.brokered) labels[reachLabel(broker.name)] = 'allowed';
  return labels;
}

/** Whom an agent's pods may talk to, and who may talk to them. DNS is let through for the whole org. */
export function renderAgentPolicies(place: AgentPlace): Manifest[] {
  const { agent, egress, owner, selector } = place;
  const policy = renderNetworkPolicy({
    egress: [...orgRules(place), ...clusterRules(place), ...egress.rules],
    ingress: exposureRules(place),
    metadata: objectMeta(owner, agent.name, { annotations: egress.annotations }),
    pods: selector,
  });
  return [policy, ...egress.objects];
}

const TO_GATEWAY: Rule = share({ peers: [localPods(selectorOf('gateway', 'gateway'))], ports: [tcp(4000)] });

function orgRules({ agent, tools }: AgentPlace): Rule[] {
  const rules: Rule[] = [];
  if (agent.models !== undefined) rules.push(TO_GATEWAY);
  const [first, ...others] = [
    ...tools.filter(({ sidecarPort }) => sidecarPort === undefined).map(({ tool }) => localPods(selectorOf('tool', tool.name))),
    ...agent.brokered.map(({ name }) => localPods(selectorOf('broker', name))),
  ];
  if (first !== undefined) rules.push({ peers: [first, ...others], ports: [tcp(8080)] });
  return rules;
}

function clusterRules({ agent, dispatched, environment }: AgentPlace): Rule[] {
  const rules: Rule[] = [];
  const memory = agent.memory?.store.location;
  if (memory !== undefined && memory.kind !== 's3') rules.push({ peers: [podsIn(memory.pods)], ports: [tcp(memory.port)] });
  if (dispatched) rules.push({ peers: [podsIn(DISPATCHER)], ports: [tcp(DISPATCHER.port)] });
  return agent.apiAccess.length === 0 ? rules : [...rules, ...apiServerRules(environment)];
}
