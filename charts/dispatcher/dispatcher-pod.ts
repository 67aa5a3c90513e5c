import { DISPATCHER } from '../../controller/contract/index.ts';
import { Duration, Probe } from '../../constructs/index.ts';
import { API_TOKEN_MOUNT, API_TOKEN_VOLUME } from '../agent/api-access.ts';
import { spreadOverNodes } from '../availability.ts';
import { databaseAccess } from './database.ts';
import type { DispatcherPlace } from './dispatcher-place.ts';
import { FLEET_MOUNT, fleetVolume } from './fleet-files.ts';
import { HOOKS_MOUNT, hooksVolume } from './hooks.ts';
import { proxyEnv } from '../egress/egress-client.ts';
import { asksToSignIn, hostOf, signInSecret, signInSidecar } from '../exposure.ts';
import { CONTAINER_SECURITY, imageOf, literal, POD_DEFAULTS, renderProbes, renderResources } from '../pod.ts';
import type { Volume, VolumeMount } from '../secret/secret-files.ts';

/** The program in the image `controller`. */
const COMMAND = ['/controller'];

const TMP: VolumeMount = { mountPath: '/tmp', name: 'tmp' };

/** Its database may be away for a while, which makes it no worse: only readiness asks for it. */
const PROBES = {
  liveness: Probe.http('/healthz', { failures: 6, timeout: Duration.seconds(5) }),
  readiness: Probe.http('/readyz', { period: Duration.seconds(5), timeout: Duration.seconds(3) }),
  startup: Probe.http('/healthz', { failures: 60, period: Duration.seconds(2) }),
};

/** The spec of the dispatcher's pods. */
export function dispatcherPod(place: DispatcherPlace): object {
  const { dispatcher, selector } = place;
  return {
    ...POD_DEFAULTS,
    containers: [dispatcherContainer(place)],
    initContainers: asksToSignIn(place) ? [signInSidecar(place)] : undefined,
    serviceAccountName: dispatcher.name,
    // What preStop waits, what the program takes to answer what is under way, and a little more.
    terminationGracePeriodSeconds: 30,
    topologySpreadConstraints: spreadOverNodes(selector, dispatcher.replicas),
    volumes: volumesOf(place),
  };
}

function volumesOf(place: DispatcherPlace): Volume[] {
  const { dispatcher } = place;
  return [
    API_TOKEN_VOLUME,
    fleetVolume(dispatcher.org.fleet.orgs),
    ...(dispatcher.hooks.length > 0 ? [hooksVolume(dispatcher.org.fleet)] : []),
    ...databaseAccess(dispatcher).volumes,
    ...(asksToSignIn(place) ? [signInSecret(place)] : []),
    { emptyDir: { sizeLimit: '64Mi' }, name: TMP.name },
  ];
}

function dispatcherContainer(place: DispatcherPlace): object {
  const { credentials, dispatcher, environment, proxied } = place;
  return {
    args: dispatcherArgs(place).map(literal),
    command: COMMAND,
    env: [{ name: 'HOME', value: TMP.mountPath }, ...(proxied ? proxyEnv(credentials) : [])],
    image: imageOf(environment, 'controller'),
    // Time for the Service to send nobody new here.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    ...renderProbes(PROBES, DISPATCHER.port),
    name: 'dispatcher',
    ports: [{ containerPort: DISPATCHER.port, name: 'http' }],
    resources: renderResources(dispatcher.resources),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      API_TOKEN_MOUNT,
      FLEET_MOUNT,
      ...(dispatcher.hooks.length > 0 ? [HOOKS_MOUNT] : []),
      ...databaseAccess(dispatcher).mounts,
      TMP,
    ],
  };
}

function dispatcherArgs(place: DispatcherPlace): string[] {
  const { dispatcher, environment, exposure, openPath } = place;
  const { oidc } = environment.cluster;
  const isExposed = exposure !== undefined || openPath !== undefined;
  return [
    `--fleet=${FLEET_MOUNT.mountPath}`,
    '--data=/data',
    ...databaseAccess(dispatcher).args,
    '--host=0.0.0.0',
    `--port=${DISPATCHER.port}`,
    `--allow-host=${new URL(DISPATCHER.url).hostname}`,
    ...(isExposed ? [`--allow-host=${hostOf(place)}`] : []),
    ...(oidc === undefined ? [] : [`--oidc-issuer=${oidc.issuer}`, `--oidc-audience=${oidc.clientId}`]),
  ];
}
