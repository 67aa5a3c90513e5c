import { DISPATCHER } from '../../controller/contract/index.ts';
import { Agent, type Dispatcher, type Egress, type Environment, type Org } from '../../constructs/index.ts';
import { credentialsName, usesProxy } from '../egress/egress-client.ts';
import { dispatcherIntents } from '../egress/egress-intents.ts';
import { type PartEgress, renderPartEgress } from '../egress/part-egress.ts';
import type { Exposed } from '../exposure.ts';
import { type Labels, ownerOf, WAVES } from '../manifest.ts';

/** The dispatcher and what the renderers of its objects all need to know of its surroundings. */
export interface DispatcherPlace extends Exposed {
  readonly dispatcher: Dispatcher;
  readonly selector: Labels;
  /** Its way out of the cluster: to where people sign in. */
  readonly egress: PartEgress;
}

/** The path below which webhooks come in. They are signed, and senders cannot sign in. */
const HOOKS_PATH = '/hooks';

/** Looks at the dispatcher's surroundings once, for all renderers. */
export function placeDispatcher(dispatcher: Dispatcher): DispatcherPlace {
  const { expose, name, org } = dispatcher;
  const { environment } = org.fleet;
  const owner = ownerOf('dispatcher', name, org.name, WAVES.gateways);
  const intents: readonly Egress[] = dispatcherIntents(dispatcher);
  const selector = DISPATCHER.labels;
  return {
    credentials: credentialsName(name),
    dispatcher,
    egress: renderPartEgress({ environment, intents, name, owner, pods: selector, toApiServer: true }),
    environment,
    exposure: expose,
    name,
    namespace: org.name,
    ...(dispatcher.hooks.length > 0 && { openPath: HOOKS_PATH }),
    owner,
    port: DISPATCHER.port,
    proxied: usesProxy(environment, intents),
    selector,
    signedInPort: DISPATCHER.port,
  };
}

/** Whether an org has workers that KEDA counts. */
export function hasPools(org: Org, { cluster }: Environment): boolean {
  return cluster.operators.includes('keda') && org.children.some((part) => part instanceof Agent && part.run.mode.kind === 'pool');
}
