import { type Fields, fieldsOf, isFields, itemsOf } from './fields.ts';
import { type Container, inContainer, type Pod } from './pod.ts';
import { checkSecurityContext } from './pod-security-context.ts';
import type { Report } from './rule.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HOOKS = ['postStart', 'preStop'] as const;

/** Checks one container, of whatever kind. What it leaves out, the pod may say for it. */
export function checkContainerSecurity(pod: Pod, container: Container, report: Report): void {
  const context = fieldsOf(container.fields['securityContext']);
  checkPrivileges(context, pod, container, report);
  checkInherited(context, pod, container, report);
  if (container.fields['securityContext'] !== undefined) checkSecurityContext(context, { container, pod }, report);
  checkCapabilities(fieldsOf(context['capabilities']), pod, container, report);
  checkPorts(pod, container, report);
  for (const name of PROBES) checkHandler(pod, container, name, container.fields[name], report);
  const { lifecycle } = container.fields;
  if (lifecycle !== undefined)
    for (const name of HOOKS) checkHandler(pod, container, `lifecycle.${name}`, fieldsOf(lifecycle)[name], report);
}

function checkPrivileges(
  { allowPrivilegeEscalation, privileged, procMount }: Fields,
  pod: Pod,
  container: Container,
  report: Report,
): void {
  if (privileged !== undefined && privileged !== false) {
    report({ field: inContainer(pod, container, 'securityContext.privileged'), got: privileged, must: 'be false or left out' });
  }
  if (allowPrivilegeEscalation !== false) {
    const field = inContainer(pod, container, 'securityContext.allowPrivilegeEscalation');
    report({ field, got: allowPrivilegeEscalation ?? null, must: 'be false' });
  }
  if (procMount !== undefined && procMount !== 'Default') {
    report({ field: inContainer(pod, container, 'securityContext.procMount'), got: procMount, must: "be 'Default' or left out" });
  }
}

function checkInherited({ runAsNonRoot, seccompProfile }: Fields, pod: Pod, container: Container, report: Report): void {
  const inherited = fieldsOf(pod.spec['securityContext']);
  if (typeof (runAsNonRoot ?? inherited['runAsNonRoot']) !== 'boolean') {
    report({ field: inContainer(pod, container, 'securityContext.runAsNonRoot'), got: null, must: 'be true, here or for the pod' });
  }
  if (isFields(seccompProfile) || isFields(inherited['seccompProfile'])) return;
  const field = inContainer(pod, container, 'securityContext.seccompProfile.type');
  report({ field, got: null, must: "be 'RuntimeDefault' or 'Localhost', here or for the pod" });
}

function checkCapabilities({ add, drop }: Fields, pod: Pod, container: Container, report: Report): void {
  if (!Array.isArray(drop) || !drop.includes('ALL'))
    report({ field: inContainer(pod, container, 'securityContext.capabilities.drop'), must: "hold 'ALL'" });
  if (!Array.isArray(add)) return;
  for (const got of add as unknown[]) {
    if (got === 'NET_BIND_SERVICE') continue;
    report({ field: inContainer(pod, container, 'securityContext.capabilities.add'), got, must: "hold nothing but 'NET_BIND_SERVICE'" });
  }
}

function checkPorts(pod: Pod, container: Container, report: Report): void {
  const ports = itemsOf(container.fields['ports']);
  for (let i = 0; i < ports.length; i++) {
    const got = ports[i]?.['hostPort'];
    if (got !== undefined && got !== 0) report({ field: inContainer(pod, container, `ports[${i}].hostPort`), got, must: 'be left out' });
  }
}

/** A probe or a hook with a host would let the kubelet knock at any door of the node's network. */
// oxlint-disable-next-line eslint/max-params -- one handler of one container
function checkHandler(pod: Pod, container: Container, name: string, handler: unknown, report: Report): void {
  if (handler === undefined) return;
  const { httpGet, tcpSocket } = fieldsOf(handler);
  checkHost(pod, container, `${name}.httpGet`, httpGet, report);
  checkHost(pod, container, `${name}.tcpSocket`, tcpSocket, report);
}

// oxlint-disable-next-line eslint/max-params -- as checkHandler
function checkHost(pod: Pod, container: Container, name: string, action: unknown, report: Report): void {
  if (action === undefined) return;
  const { host } = fieldsOf(action);
  if (host !== undefined && host !== '') report({ field: inContainer(pod, container, `${name}.host`), got: host, must: 'be left out' });
}
