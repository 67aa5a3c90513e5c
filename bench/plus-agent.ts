import { ApiObject, Duration, type Chart, Size } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import { type Seat, IMAGES } from './seats.ts';

/** What all objects of an agent share. */
interface Common {
  readonly id: string;
  readonly seat: Seat;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> };
}

/** The seven objects of an agent, as the classes of cdk8s-plus-28 make them. They hold a little less than ours do. */
export function plusAgent(chart: Chart, seat: Seat): void {
  const { name, org, instructions } = seat;
  const id = `${org}-${name}`;
  const labels = { 'app.kubernetes.io/component': 'agent', 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': org };
  const metadata = { name, namespace: org, labels };
  const common: Common = { id, seat, metadata };
  const serviceAccount = new plus.ServiceAccount(chart, `${id}-account`, { metadata, automountToken: false });
  const config = new plus.ConfigMap(chart, `${id}-config`, {
    metadata,
    data: { 'config.yaml': `agent:\n  name: ${name}\n`, instructions },
  });
  const claim = new plus.PersistentVolumeClaim(chart, `${id}-claim`, {
    metadata: { ...metadata, name: `${name}-workspace` },
    accessModes: [plus.PersistentVolumeAccessMode.READ_WRITE_ONCE],
    storage: Size.gibibytes(5),
    storageClassName: 'ssd',
  });
  const deployment = plusDeployment(chart, common, { serviceAccount, config, claim });
  new plus.Service(chart, `${id}-service`, { metadata, selector: deployment, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] });
  plusPolicy(chart, common, deployment);
  new ApiObject(chart, `${id}-budget`, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: labels }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  });
}

interface Parts {
  readonly serviceAccount: plus.IServiceAccount;
  readonly config: plus.IConfigMap;
  readonly claim: plus.IPersistentVolumeClaim;
}

function plusDeployment(chart: Chart, { id, seat, metadata }: Common, { serviceAccount, config, claim }: Parts): plus.Deployment {
  const deployment = new plus.Deployment(chart, id, {
    metadata,
    replicas: 1,
    select: false,
    serviceAccount,
    automountServiceAccountToken: false,
    podMetadata: { labels: metadata.labels },
    securityContext: { ensureNonRoot: true, fsGroup: 10_001, user: 10_001, group: 10_001 },
    strategy: plus.DeploymentStrategy.recreate(),
    terminationGracePeriod: Duration.seconds(60),
  });
  deployment.select(plus.LabelSelector.of({ labels: { 'app.kubernetes.io/name': seat.name } }));
  const worker = plus.Volume.fromEmptyDir(chart, `${id}-worker`, 'worker', { sizeLimit: Size.mebibytes(192) });
  const workspace = plus.Volume.fromPersistentVolumeClaim(chart, `${id}-workspace`, claim, { name: 'workspace' });
  deployment.addInitContainer(installContainer(worker));
  deployment.addContainer(
    agentContainer(seat, [
      { path: '/etc/agent', volume: plus.Volume.fromConfigMap(chart, `${id}-files`, config, { name: 'config' }), readOnly: true },
      { path: '/home/agent', volume: plus.Volume.fromEmptyDir(chart, `${id}-home`, 'home', { sizeLimit: Size.gibibytes(1) }) },
      { path: '/tmp', volume: plus.Volume.fromEmptyDir(chart, `${id}-tmp`, 'tmp', { sizeLimit: Size.gibibytes(1) }) },
      { path: '/fleetwright', volume: worker, readOnly: true },
      { path: '/workspace', volume: workspace },
    ]),
  );
  deployment.addContainer(
    toolContainer([
      { path: '/tmp', volume: plus.Volume.fromEmptyDir(chart, `${id}-tmp-files`, 'tmp-files', { sizeLimit: Size.mebibytes(256) }) },
      { path: '/fleetwright', volume: worker, readOnly: true },
      { path: '/workspace', volume: workspace },
    ]),
  );
  return deployment;
}

function installContainer(worker: plus.Volume): plus.ContainerProps {
  return {
    name: 'install-worker',
    image: IMAGES.worker,
    command: ['/worker', 'install', '/fleetwright'],
    resources: resources(50, 200, Size.mebibytes(64)),
    securityContext: SECURITY,
    volumeMounts: [{ path: '/fleetwright', volume: worker }],
  };
}

function agentContainer({ name, org, instructions }: Seat, volumeMounts: plus.VolumeMount[]): plus.ContainerProps {
  const key = plus.EnvValue.fromValue(`${name}-credentials`);
  const texts = {
    AGENT_CLUSTER_NAME: org,
    AGENT_NAME: name,
    AGENT_NAMESPACE: org,
    AGENT_INSTRUCTIONS: instructions,
    HOME: '/home/agent',
    LLM_MODEL: 'fast',
    MCP_SERVERS: 'http://127.0.0.1:9001/mcp',
    MODEL_ENDPOINT: `http://gateway.${org}.svc.cluster.local:8000`,
    OPENAI_BASE_URL: `http://gateway.${org}.svc.cluster.local:8000/v1`,
  };
  const variables = Object.entries(texts).map(([variable, value]) => [variable, plus.EnvValue.fromValue(value)] as const);
  return {
    name: 'agent',
    image: IMAGES.worker,
    command: ['/fleetwright/worker', 'run', '--adapter', 'reference', '--grace', '55', '--health', '8079'],
    portNumber: 8080,
    envVariables: { ...Object.fromEntries(variables), MODEL_API_KEY: key, OPENAI_API_KEY: key },
    liveness: plus.Probe.fromHttpGet('/healthz', { port: 8080, failureThreshold: 4, periodSeconds: Duration.seconds(15) }),
    readiness: plus.Probe.fromHttpGet('/readyz', { port: 8080, failureThreshold: 3, periodSeconds: Duration.seconds(10) }),
    startup: plus.Probe.fromHttpGet('/healthz', { port: 8080, failureThreshold: 60, periodSeconds: Duration.seconds(2) }),
    resources: resources(250, 1000, Size.gibibytes(1)),
    securityContext: SECURITY,
    volumeMounts,
    workingDir: '/workspace',
  };
}

function toolContainer(volumeMounts: plus.VolumeMount[]): plus.ContainerProps {
  return {
    name: 'tool-files',
    image: IMAGES.files,
    command: ['/fleetwright/worker', 'bridge', '--listen', '9001', '--', 'mcp-server'],
    portNumber: 9001,
    envVariables: { HOME: plus.EnvValue.fromValue('/tmp') },
    readiness: plus.Probe.fromTcpSocket({ port: 9001, failureThreshold: 3, periodSeconds: Duration.seconds(10) }),
    startup: plus.Probe.fromTcpSocket({ port: 9001, failureThreshold: 60, periodSeconds: Duration.seconds(2) }),
    resources: resources(50, 200, Size.mebibytes(256)),
    securityContext: SECURITY,
    volumeMounts,
    workingDir: '/workspace',
  };
}

const SECURITY: plus.ContainerSecurityContextProps = { allowPrivilegeEscalation: false, ensureNonRoot: true, readOnlyRootFilesystem: true };

/** The library writes scratch space in whole gibibytes only. */
function resources(request: number, limit: number, size: Size): plus.ContainerResources {
  const scratch = Size.gibibytes(1);
  return {
    cpu: { request: plus.Cpu.millis(request), limit: plus.Cpu.millis(limit) },
    memory: { request: size, limit: size },
    ephemeralStorage: { request: scratch, limit: scratch },
  };
}

function plusPolicy(chart: Chart, { id, metadata }: Common, deployment: plus.Deployment): void {
  const gateway = plus.Pods.select(chart, `${id}-gateway`, {
    labels: { 'app.kubernetes.io/component': 'gateway', 'app.kubernetes.io/name': 'gateway' },
  });
  new plus.NetworkPolicy(chart, `${id}-policy`, {
    metadata,
    selector: deployment,
    egress: { default: plus.NetworkPolicyTrafficDefault.DENY, rules: [{ peer: gateway, ports: [plus.NetworkPolicyPort.tcp(4000)] }] },
    ingress: { default: plus.NetworkPolicyTrafficDefault.DENY },
  });
}
