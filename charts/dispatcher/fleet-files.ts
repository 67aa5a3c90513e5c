import type { Manifest, Org } from '../../constructs/index.ts';
import { digestOf } from '../agent/agent-config.ts';
import type { DispatcherPlace } from './dispatcher-place.ts';
import { FLEET_FILE, renderFleetJson } from '../fleet-json.ts';
import { objectMeta } from '../manifest.ts';
import type { Volume, VolumeMount } from '../secret/secret-files.ts';

/** Where the dispatcher finds what it is told of the fleet: a file for each org. */
export const FLEET_MOUNT: VolumeMount = { mountPath: '/etc/fleetwright/fleet', name: 'fleet', readOnly: true };

/** A ConfigMap for each org: one for all would soon be larger than Kubernetes takes. */
export function renderFleetFiles({ dispatcher, owner }: DispatcherPlace): Manifest[] {
  return dispatcher.org.fleet.orgs.map((org) => ({
    apiVersion: 'v1',
    data: { [FLEET_FILE]: renderFleetJson({ orgs: [org] }) },
    kind: 'ConfigMap',
    metadata: objectMeta(owner, fleetName(org)),
  }));
}

/** Their digest: the dispatcher reads them when it starts, so its pods are replaced when they change. One that cannot use them never becomes ready. */
export function fleetDigest(files: readonly Manifest[]): string {
  return digestOf(...files.map(({ data }) => data as Readonly<Record<string, string>>));
}

/** All of them in one folder. */
export function fleetVolume(orgs: readonly Org[]): Volume {
  const sources = orgs.map((org) => ({ configMap: { items: [{ key: FLEET_FILE, path: `${org.name}.json` }], name: fleetName(org) } }));
  return { name: FLEET_MOUNT.name, projected: { defaultMode: 0o444, sources } };
}

function fleetName({ name }: Org): string {
  return `fleet-${name}`;
}
