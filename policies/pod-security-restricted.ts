import { examplePod } from './example-pod.ts';
import { fieldsOf } from './fields.ts';
import { inPod, type Pod } from './pod.ts';
import { checkContainerSecurity } from './pod-security-container.ts';
import { checkSecurityContext } from './pod-security-context.ts';
import type { PodRule, Report } from './rule.ts';

const HOST_NAMESPACES = ['hostIPC', 'hostNetwork', 'hostPID'] as const;

const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const SYSCTLS = new Set<unknown>([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

/**
 * Everything that the Pod Security Standard *restricted* of Kubernetes 1.36 asks for, without the exceptions that it makes for
 * Windows and for pods in a user namespace.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const podSecurityRestricted: PodRule = {
  id: 'pod-security-restricted',
  title: 'Every pod is restricted as the Pod Security Standards say',
  severity: 'error',
  appliesTo: 'pod',
  fix: 'set it so; no agent or tool needs more',
  check(pod, report) {
    const { spec } = pod;
    const context = fieldsOf(spec['securityContext']);
    for (const name of HOST_NAMESPACES) {
      const got = spec[name];
      if (got !== undefined && got !== false) report({ field: inPod(pod, name), got, must: 'be false or left out' });
    }
    checkSecurityContext(context, { pod }, report);
    checkVolumes(pod, report);
    checkSysctls(pod, context['sysctls'], report);
    checkAnnotations(pod, report);
    for (const container of pod.containers) checkContainerSecurity(pod, container, report);
  },
  good: examplePod({ volumes: [{ emptyDir: {}, name: 'tmp' }] }),
  bad: {
    example: examplePod({
      container: {
        name: 'greeter',
        ports: [{ containerPort: 8080, hostPort: 8080 }],
        securityContext: { capabilities: { add: ['NET_ADMIN'] }, privileged: true, runAsUser: 0 },
      },
      hostNetwork: true,
      securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] },
      volumes: [{ hostPath: { path: '/var/run' }, name: 'run' }],
    }),
    says: [
      "'spec.containers[0].ports[0].hostPort' must be left out, got 8080",
      "'spec.containers[0].securityContext.allowPrivilegeEscalation' must be false, got nothing",
      "'spec.containers[0].securityContext.capabilities.add' must hold nothing but 'NET_BIND_SERVICE', got 'NET_ADMIN'",
      "'spec.containers[0].securityContext.capabilities.drop' must hold 'ALL'",
      "'spec.containers[0].securityContext.privileged' must be false or left out, got true",
      "'spec.containers[0].securityContext.runAsNonRoot' must be true, here or for the pod, got nothing",
      "'spec.containers[0].securityContext.runAsUser' must not be 0, which is root, got 0",
      "'spec.containers[0].securityContext.seccompProfile.type' must be 'RuntimeDefault' or 'Localhost', here or for the pod, got nothing",
      "'spec.hostNetwork' must be false or left out, got true",
      "'spec.securityContext.sysctls[0].name' must be a setting that is safe to change, got 'kernel.msgmax'",
      "'spec.volumes[0]' must be of a kind that stays within the pod, got 'hostPath'",
    ],
  },
};

function checkVolumes(pod: Pod, report: Report): void {
  const { volumes } = pod.spec;
  if (!Array.isArray(volumes)) return;
  for (let i = 0; i < volumes.length; i++) {
    const volume = fieldsOf(volumes[i]);
    for (const kind in volume) {
      if (kind === 'name' || volume[kind] === undefined || VOLUMES.has(kind) || !Object.hasOwn(volume, kind)) continue;
      report({ field: inPod(pod, `volumes[${i}]`), got: kind, must: 'be of a kind that stays within the pod' });
    }
  }
}

function checkSysctls(pod: Pod, sysctls: unknown, report: Report): void {
  if (!Array.isArray(sysctls)) return;
  for (const [index, sysctl] of sysctls.entries()) {
    const { name } = fieldsOf(sysctl);
    if (!SYSCTLS.has(name))
      report({ field: inPod(pod, `securityContext.sysctls[${index}].name`), got: name, must: 'be a setting that is safe to change' });
  }
}

/** The form that AppArmor profiles had before Kubernetes 1.30, and that still counts. */
function checkAnnotations(pod: Pod, report: Report): void {
  const annotations = fieldsOf(pod.metadata['annotations']);
  for (const key in annotations) {
    if (!key.startsWith(APPARMOR_ANNOTATION) || !Object.hasOwn(annotations, key)) continue;
    const got = annotations[key];
    if (typeof got === 'string' && /^(runtime\/default|localhost\/.*|)$/.test(got)) continue;
    report({ field: `${pod.at}metadata.annotations['${key}']`, got, must: "be 'runtime/default' or begin with 'localhost/'" });
  }
}
