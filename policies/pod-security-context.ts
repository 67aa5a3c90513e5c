import { type Fields, fieldsOf } from './fields.ts';
import { type Container, inContainer, inPod, type Pod } from './pod.ts';
import type { Report } from './rule.ts';

const PROFILE_TYPES = new Set<unknown>(['RuntimeDefault', 'Localhost']);
const SELINUX_TYPES = new Set<unknown>(['', 'container_engine_t', 'container_init_t', 'container_kvm_t', 'container_t']);

/** Whose `securityContext` it is: a pod's, or that of one of its containers. */
export interface ContextPlace {
  readonly pod: Pod;
  readonly container?: Container;
}

/** Checks what pods and containers both say in `securityContext`; what they leave out is not looked at. */
export function checkSecurityContext(context: Fields, place: ContextPlace, report: Report): void {
  const { appArmorProfile, runAsUser, runAsNonRoot, seccompProfile, seLinuxOptions, windowsOptions } = context;
  if (runAsUser === 0) report({ field: inContext(place, 'runAsUser'), got: 0, must: 'not be 0, which is root' });
  if (runAsNonRoot !== undefined && runAsNonRoot !== true)
    report({ field: inContext(place, 'runAsNonRoot'), got: runAsNonRoot, must: 'be true' });
  if (seccompProfile !== undefined) checkType('seccompProfile', seccompProfile, place, report);
  if (appArmorProfile !== undefined) checkType('appArmorProfile', appArmorProfile, place, report);
  if (seLinuxOptions !== undefined) checkSeLinux(fieldsOf(seLinuxOptions), place, report);
  const { hostProcess } = fieldsOf(windowsOptions);
  if (hostProcess !== undefined && hostProcess !== false) {
    report({ field: inContext(place, 'windowsOptions.hostProcess'), got: hostProcess, must: 'be false or left out' });
  }
}

function checkType(name: string, profile: unknown, place: ContextPlace, report: Report): void {
  const { type } = fieldsOf(profile);
  if (!PROFILE_TYPES.has(type))
    report({ field: inContext(place, `${name}.type`), got: type ?? null, must: "be 'RuntimeDefault' or 'Localhost'" });
}

function checkSeLinux({ type, user, role }: Fields, place: ContextPlace, report: Report): void {
  if (type !== undefined && !SELINUX_TYPES.has(type)) {
    report({ field: inContext(place, 'seLinuxOptions.type'), got: type, must: "be one of containers, such as 'container_t'" });
  }
  for (const [name, got] of Object.entries({ role, user })) {
    if (got !== undefined && got !== '') report({ field: inContext(place, `seLinuxOptions.${name}`), got, must: 'be left out' });
  }
}

function inContext({ pod, container }: ContextPlace, field: string): string {
  return container === undefined ? inPod(pod, `securityContext.${field}`) : inContainer(pod, container, `securityContext.${field}`);
}
