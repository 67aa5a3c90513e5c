import type { ClusterProfile } from '../../constructs/index.ts';
import { type ClusterReader, fieldOf, listAt } from './cluster-reader.ts';
import { notChecked, ok, problem, type Result } from './result.ts';

/** Network plugins that enforce NetworkPolicy, by the DaemonSet that each runs. @see https://kubernetes.io/docs/concepts/cluster-administration/addons/ */
const ENFORCING: Readonly<Record<string, string>> = {
  anetd: 'Dataplane V2',
  'antrea-agent': 'Antrea',
  'azure-npm': 'Azure Network Policy Manager',
  'calico-node': 'Calico',
  canal: 'Canal',
  cilium: 'Cilium',
  'kube-router': 'kube-router',
  'ovnkube-node': 'OVN-Kubernetes',
  'weave-net': 'Weave Net',
};

/** Those that do not, unless another stands beside them. */
const NOT_ENFORCING: Readonly<Record<string, string>> = { 'kube-flannel': 'Flannel', 'kube-flannel-ds': 'Flannel' };

const CHECK = 'network plugin';
const TRY = "make a NetworkPolicy that denies all ingress to a pod, and see with 'kubectl exec' from another that it cannot be reached";

/** Whether a network plugin runs that is known to enforce NetworkPolicy, as the environment says. An unknown one may. */
export async function checkNetworkPlugin(reader: ClusterReader, { networkPolicy, egress }: ClusterProfile): Promise<Result> {
  if (!networkPolicy) return notChecked(CHECK, 'the environment says that none enforces NetworkPolicy');
  const answer = await reader.get('daemonsets.apps', '--all-namespaces');
  if (answer.kind !== 'found') return notChecked(CHECK, answer.complaint, TRY);
  const names = listAt(answer.body, 'items').map((item) => String(fieldOf(item, 'metadata', 'name')));
  const enforcing = named(names, ENFORCING);
  if (egress.backend === 'cilium' && enforcing.length > 0 && !names.some((name) => name === 'cilium' || name === 'anetd')) {
    return problem(
      CHECK,
      `${enforcing.join(', ')}, which does not know Cilium's policies`,
      "set cluster.egress.backend: 'proxy', or install Cilium",
    );
  }
  if (enforcing.length > 0) return ok(CHECK, `${enforcing.join(', ')} enforces NetworkPolicy`);
  const others = named(names, NOT_ENFORCING);
  if (others.length > 0)
    return problem(CHECK, `${others.join(', ')} does not enforce NetworkPolicy`, 'install one that does, such as Cilium or Calico');
  return notChecked(CHECK, 'no DaemonSet of a network plugin that is known', TRY);
}

function named(daemonSets: readonly string[], plugins: Readonly<Record<string, string>>): string[] {
  return [...new Set(daemonSets.filter((name) => Object.hasOwn(plugins, name)).map((name) => plugins[name] ?? name))];
}
