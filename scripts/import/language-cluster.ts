import { call, type Code, number, object } from './code.ts';
import { type Intents, readEgress } from './egress.ts';
import type { Fields } from './fields.ts';
import { leavePodFields } from './pod-fields.ts';
import { readResources } from './resources.ts';
import type { Resource } from './resource.ts';
import type { StackPlan } from './stack-plan.ts';
import { cpuCode, parseQuantity, sizeCode } from './values.ts';

/** What the gateway asks for by default. */
const GATEWAY_DEFAULTS = { cpu: '500m', memory: '1Gi', ephemeralStorage: '512Mi' };

/** Reads a cluster, which is an org here. Answers with the hosts that all its agents may reach. */
export function readCluster(plan: StackPlan, { fields, name }: Resource): Intents {
  const spec = fields.get('spec');
  if (name !== plan.name) fields.get('metadata', 'name').change(`it is the org '${plan.name}'`);
  const intents: Intents = new Map();
  plan.org.quota ??= readCapacity(spec.get('capacity'));
  plan.org.gateway ??= readGateway(spec.get('gateway'));
  readEgress(spec.get('networkPolicies', 'egress'), `allowed to all agents of ${name}`.slice(0, 200), intents);
  spec.get('networkPolicies', 'ingress').leave('nothing reaches an agent but what its stack says');
  spec.get('namespace').change(`the org's id is its namespace: '${plan.name}'`);
  spec.get('domain').leave("it is 'domain' in environments/<env>.yaml; hosts are <agent>.<org>.<domain>");
  for (const key of ['ingressConfig', 'ingress']) spec.get(key).leave("it is 'cluster.ingress' in environments/<env>.yaml");
  spec.get('auth').leave("it is 'cluster.oidc' in environments/<env>.yaml; no identity provider is run for an org");
  spec.get('dashboard').leave('no dashboard is run for an org');
  return intents;
}

/** Limits of the org, once one of them is said; the others are the org's defaults. */
function readCapacity(capacity: Fields): Code | undefined {
  const cpu = cpuCode(amountOf(capacity.get('maxCPU')));
  const memory = sizeCode(amountOf(capacity.get('maxMemory')));
  for (const key of ['maxAgents', 'maxModels', 'maxPersonas', 'maxTools']) {
    capacity.get(key).leave('what an org has is in its stack, where reviewers see it; pods are limited by its quota');
  }
  if (cpu === undefined && memory === undefined) return undefined;
  return object({
    cpu: cpu ?? call('Cpu.cores', number(32)),
    memory: memory ?? call('Size.gibibytes', number(64)),
    ephemeralStorage: call('Size.gibibytes', number(64)),
    storage: call('Size.gibibytes', number(200)),
    pods: number(100),
  });
}

function amountOf(field: Fields): number | undefined {
  const amount = parseQuantity(field.text());
  if (amount === undefined) field.leave('it is no quantity of Kubernetes');
  return amount;
}

function readGateway(gateway: Fields): Code | undefined {
  const deployment = gateway.get('deployment');
  leavePodFields(deployment);
  const field = deployment.get('replicas').exists ? deployment.get('replicas') : gateway.get('replicas');
  const replicas = field.number();
  const isCount = replicas !== undefined && Number.isInteger(replicas) && replicas >= 1 && replicas <= 50;
  if (!isCount) field.leave('the gateway has 1 to 50 pods');
  const resources = readResources([deployment], GATEWAY_DEFAULTS);
  if (!isCount && resources === undefined) return undefined;
  return object({ replicas: isCount ? number(replicas) : undefined, resources });
}
