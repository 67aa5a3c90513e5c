import { BrokeredSecret, type Manifest, type Org, Secret } from '../../constructs/index.ts';
import { renderBroker } from '../tool/broker.ts';
import { renderDefaultDeny } from './default-deny.ts';
import { renderEgressProxy } from '../egress/egress-proxy.ts';
import { renderGateway } from '../gateway/gateway.ts';
import { renderNamespace } from './namespace.ts';
import { renderLimitRange, renderQuota } from './quota.ts';
import { renderSecret } from '../secret/secret.ts';

/** What the parts of an org share: its namespace with limits and walls, its secrets and brokers, its way out and its way to models. */
export function renderOrg(org: Org): Manifest[] {
  const parts = org.children;
  return [
    renderNamespace(org),
    renderQuota(org),
    renderLimitRange(org),
    renderDefaultDeny(org),
    ...parts.filter((part) => part instanceof Secret).flatMap(renderSecret),
    ...parts.filter((part) => part instanceof BrokeredSecret).flatMap(renderBroker),
    ...renderEgressProxy(org),
    ...renderGateway(org),
  ];
}
