import { DISPATCHER } from '../../controller/contract/index.ts';
import type { Manifest } from '../../constructs/index.ts';
import { databaseRule } from './database.ts';
import { type DispatcherPlace, hasPools } from './dispatcher-place.ts';
import { operatorPods } from './operator-pods.ts';
import { isDispatched } from './rights.ts';
import { ingressRules } from '../exposure.ts';
import { objectMeta } from '../manifest.ts';
import { apiServerRules, podsIn, renderNetworkPolicy, type Rule, tcp } from '../network-policy.ts';

/** Whom the dispatcher talks to: its database, the Kubernetes API, the sign-in. And who talks to it: agents with tasks, KEDA, people. */
export function renderDispatcherPolicies(place: DispatcherPlace): Manifest[] {
  const { egress, environment, owner, selector } = place;
  const policy = renderNetworkPolicy({
    egress: [...databaseRule(place), ...apiServerRules(environment), ...egress.rules],
    ingress: [...callers(place), ...ingressRules(place)],
    metadata: objectMeta(owner, place.name, { annotations: egress.annotations }),
    pods: selector,
  });
  return [policy, ...egress.objects];
}

function callers({ dispatcher, environment }: DispatcherPlace): Rule[] {
  const { orgs } = dispatcher.org.fleet;
  const [first, ...others] = [
    ...orgs.filter(isDispatched).map(({ name }) => podsIn({ labels: { 'app.kubernetes.io/component': 'agent' }, namespace: name })),
    ...(orgs.some((org) => hasPools(org, environment)) ? [podsIn(operatorPods(environment, 'keda'))] : []),
  ];
  return first === undefined ? [] : [{ peers: [first, ...others], ports: [tcp(DISPATCHER.port)] }];
}
