import { DISPATCHER, PORTS } from '../../controller/contract/index.ts';
import type { Dispatcher, Manifest } from '../../constructs/index.ts';
import { renderDisruptionBudget, ROLLING } from '../availability.ts';
import { renderDatabase } from './database.ts';
import { renderDispatcherPolicies } from './dispatcher-network.ts';
import { type DispatcherPlace, placeDispatcher } from './dispatcher-place.ts';
import { dispatcherPod } from './dispatcher-pod.ts';
import { fleetDigest, renderFleetFiles } from './fleet-files.ts';
import { renderReviewRights } from './rights.ts';
import { asksToSignIn, renderRouteTo } from '../exposure.ts';
import { objectMeta } from '../manifest.ts';
import { renderCredentials } from '../secret/credentials.ts';
import { renderHookSecrets } from '../secret/hook-secrets.ts';
import { renderServiceAccount } from '../service-account.ts';

/** Everything that the dispatcher becomes, in the order in which it is applied. It tells of all orgs of its fleet, so that must be whole. */
export function renderDispatcher(dispatcher: Dispatcher): Manifest[] {
  const place = placeDispatcher(dispatcher);
  const { environment, name, owner, proxied, selector } = place;
  const fleetFiles = renderFleetFiles(place);
  return [
    ...renderDispatcherPolicies(place),
    renderServiceAccount(owner, name),
    ...renderReviewRights(owner),
    ...fleetFiles,
    ...renderHookSecrets(dispatcher.org.fleet, place.namespace),
    ...renderCredentials(owner, name, { egress: proxied, gateway: false, session: asksToSignIn(place) }, environment),
    ...renderDatabase(place),
    renderDeployment(place, fleetDigest(fleetFiles)),
    renderService(place),
    renderDisruptionBudget(objectMeta(owner, name), selector),
    ...renderRouteTo(place),
  ];
}

function renderDeployment(place: DispatcherPlace, digest: string): Manifest {
  const { dispatcher, egress, owner, selector } = place;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: objectMeta(owner, dispatcher.name),
    spec: {
      replicas: dispatcher.replicas,
      selector: { matchLabels: selector },
      // Two processes would spoil an embedded database, and its volume is mounted by one node.
      strategy: dispatcher.database.store.kind === 'embedded' ? { type: 'Recreate' } : ROLLING,
      template: {
        metadata: { annotations: { 'fleetwright.dev/config': digest }, labels: { ...owner.labels, ...egress.podLabels } },
        spec: dispatcherPod(place),
      },
    },
  };
}

function renderService(place: DispatcherPlace): Manifest {
  const http = { name: 'http', port: DISPATCHER.port, targetPort: DISPATCHER.port };
  const signIn = { name: 'sign-in', port: PORTS.signIn, targetPort: PORTS.signIn };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: objectMeta(place.owner, place.name),
    spec: { ports: asksToSignIn(place) ? [http, signIn] : [http], selector: place.selector },
  };
}
