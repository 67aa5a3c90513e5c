import type { Manifest, Org } from '../../constructs/index.ts';
import { renderCiliumDeny } from './egress-cilium.ts';
import { egressClients } from './egress-intents.ts';
import { renderSquid } from './squid.ts';

/** What an org's parts share for their way out: by the environment's backend a proxy, a refusal, or nothing. */
export function renderEgressProxy(org: Org): Manifest[] {
  const clients = egressClients(org);
  if (clients.length === 0) return [];
  switch (org.fleet.environment.cluster.egress.backend) {
    case 'proxy':
      return renderSquid(org, clients);
    case 'cilium':
      return [renderCiliumDeny(org)];
    case 'snapshot':
      return [];
  }
}
