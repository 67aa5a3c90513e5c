import { BrokeredSecret, type Manifest, type Org, Secret } from '../../constructs/index.ts';
import { renderBroker } from '../tool/broker.ts';
import { renderDefaultDeny } from './default-deny.ts';
import { renderDispatcherRights } from '../dispatcher/rights.ts';
import { renderEgressProxy } from '../egress/egress-proxy.ts';
import { renderGateway } from '../gateway/gateway.ts';
import { renderNamespace } from './namespace.ts';
import { renderQueueAccess } from './queue-access.ts';
import { renderLimitRange, renderQuota } from './quota.ts';
import { hookSecrets } from '../secret/hook-secrets.ts';
import { renderSecret } from '../secret/secret.ts';

/** What the parts of an org share: its namespace with limits and walls, its secrets and brokers, its way out and its way to models. */
export function renderOrg(org: Org): Manifest[] {
  const parts = org.children;
  // Those are for the dispatcher's namespace.
  const hooks = new Set(hookSecrets({ orgs: [org] }).map(({ secret }) => secret));
  return [
    renderNamespace(org),
    renderQuota(org),
    renderLimitRange(org),
    renderDefaultDeny(org),
    ...renderDispatcherRights(org),
    ...renderQueueAccess(org),
    ...parts.filter((part): part is Secret => part instanceof Secret && !hooks.has(part)).flatMap(renderSecret),
    ...parts.filter((part) => part instanceof BrokeredSecret).flatMap(renderBroker),
    ...renderEgressProxy(org),
    ...renderGateway(org),
  ];
}
