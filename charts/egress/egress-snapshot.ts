import type { Egress, HostSnapshot } from '../../constructs/index.ts';
import type { Labels } from '../manifest.ts';
import { type Rule, tcp } from '../network-policy.ts';

/** The annotation of a part's NetworkPolicy that says until when its addresses count. */
const SNAPSHOT_NOTE = 'fleetwright.dev/egress-addresses-until';

/**
 * A way out to the reviewed addresses of hosts, for clusters with nothing better. That all hosts are listed, are meant by
 * their exact name and have no methods was judged before: addresses cannot say more.
 */
export function renderSnapshotEgress(
  intents: readonly Egress[],
  hosts: Readonly<Record<string, HostSnapshot>>,
  annotations: Labels | undefined,
): { readonly annotations: Labels; readonly rules: readonly Rule[] } {
  const listed = intents.flatMap((intent) => {
    const snapshot = hosts[intent.host];
    return snapshot === undefined || intent.depth !== 'exact' || intent.methods.length > 0 ? [] : [{ intent, snapshot }];
  });
  const until = [...new Set(listed.map(({ intent, snapshot }) => `${intent.host}: ${snapshot.expires}`))];
  return {
    annotations: { ...annotations, [SNAPSHOT_NOTE]: until.join('\n') },
    rules: listed.flatMap(({ intent, snapshot }) => snapshotRule(intent, snapshot)),
  };
}

/** None at all without addresses: to Kubernetes, an empty list of peers means everyone. */
function snapshotRule({ ports }: Egress, { cidrs }: HostSnapshot): Rule[] {
  const [first, ...others] = cidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return first === undefined ? [] : [{ peers: [first, ...others], ports: ports.map(tcp) }];
}
