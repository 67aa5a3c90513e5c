import { brokerCommand, PORTS } from '../../controller/contract/index.ts';
import { type BrokeredSecret, Cpu, Duration, type Manifest, Probe, Replicas, Size } from '../../constructs/index.ts';
import { renderCredentials } from '../secret/credentials.ts';
import { credentialsName, proxyEnv, usesProxy } from '../egress/egress-client.ts';
import { brokerIntents } from '../egress/egress-intents.ts';
import { ownerOf, selectorOf, WAVES } from '../manifest.ts';
import { renderPartEgress } from '../egress/part-egress.ts';
import { CONTAINER_SECURITY, imageOf, literal, POD_DEFAULTS, renderProbes, renderResources } from '../pod.ts';
import { secretFile, secretMount, secretVolume } from '../secret/secret-files.ts';
import { renderServer } from './server.ts';
import { WORKER_IMAGE } from '../worker.ts';

const RESOURCES = renderResources({ cpu: Cpu.millis(20), memory: Size.mebibytes(64), ephemeralStorage: Size.mebibytes(16) });
const PROBES = { liveness: Probe.tcp(), readiness: Probe.tcp(), startup: Probe.tcp({ failures: 60, period: Duration.seconds(1) }) };
const TWO = Replicas.fixed(2);

/** The pods that hold a secret for others, and add it to their requests to one host. Nobody else mounts it. */
export function renderBroker(broker: BrokeredSecret): Manifest[] {
  const { name, org, secret } = broker;
  const { environment } = org.fleet;
  const intents = brokerIntents(broker);
  const proxied = usesProxy(environment, intents);
  const owner = ownerOf('broker', name, org.name, WAVES.gateways);
  return renderServer({
    component: 'broker',
    credentials: renderCredentials(owner, name, { egress: proxied, gateway: false }, environment),
    egress: renderPartEgress({ environment, intents, name, owner, pods: selectorOf('broker', name) }),
    name,
    owner,
    podSpec: { ...POD_DEFAULTS, containers: [brokerContainer(broker, proxied)], serviceAccountName: name, volumes: [secretVolume(secret)] },
    replicas: TWO,
  });
}

function brokerContainer({ name, org, secret, host, header, prefix }: BrokeredSecret, proxied: boolean): object {
  return {
    command: brokerCommand({ header, host, port: PORTS.worker, prefix, secretFile: secretFile(secret) }).map(literal),
    env: proxied ? proxyEnv(credentialsName(name)) : undefined,
    image: imageOf(org.fleet.environment, WORKER_IMAGE),
    ...renderProbes(PROBES, PORTS.worker),
    name: 'broker',
    ports: [{ containerPort: PORTS.worker }],
    resources: RESOURCES,
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [secretMount(secret)],
  };
}
