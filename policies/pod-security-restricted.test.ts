import { describe, expect, it } from 'vitest';
import type { Fields } from './fields.ts';
import { aPod, judgeObjects, saysOf } from './testing.ts';

const SECURE = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true };
const RESTRICTED = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };

function sayOf(fields: Fields): string[] {
  return saysOf('pod-security-restricted', judgeObjects([aPod(fields)])).map((sentence) => sentence.replace('Pod acme/greeter: ', ''));
}

function container(securityContext: Fields): Fields {
  return { container: { securityContext: { ...SECURE, ...securityContext } } };
}

function pod(securityContext: Fields): Fields {
  return { securityContext: { ...RESTRICTED, ...securityContext } };
}

const AT = 'spec.containers[0].securityContext';

describe('pod-security-restricted', () => {
  it.each<[string, Fields, string]>([
    ['shares the processes of the node', { hostPID: true }, "'spec.hostPID' must be false or left out, got true"],
    ['shares the memory of the node', { hostIPC: true }, "'spec.hostIPC' must be false or left out, got true"],
    ['shares the network of the node', { hostNetwork: true }, "'spec.hostNetwork' must be false or left out, got true"],
    [
      'mounts the node',
      { volumes: [{ hostPath: { path: '/' }, name: 'node' }] },
      "'spec.volumes[0]' must be of a kind that stays within the pod, got 'hostPath'",
    ],
    [
      'mounts an NFS share',
      { volumes: [{ name: 'share', nfs: {} }] },
      "'spec.volumes[0]' must be of a kind that stays within the pod, got 'nfs'",
    ],
    [
      'changes a sysctl',
      pod({ sysctls: [{ name: 'kernel.shmmax' }] }),
      "'spec.securityContext.sysctls[0].name' must be a setting that is safe to change, got 'kernel.shmmax'",
    ],
    ['is root', pod({ runAsUser: 0 }), "'spec.securityContext.runAsUser' must not be 0, which is root, got 0"],
    ['may be root', pod({ runAsNonRoot: false }), "'spec.securityContext.runAsNonRoot' must be true, got false"],
    [
      'lifts seccomp',
      pod({ seccompProfile: { type: 'Unconfined' } }),
      "'spec.securityContext.seccompProfile.type' must be 'RuntimeDefault' or 'Localhost', got 'Unconfined'",
    ],
    [
      'lifts AppArmor',
      pod({ appArmorProfile: { type: 'Unconfined' } }),
      "'spec.securityContext.appArmorProfile.type' must be 'RuntimeDefault' or 'Localhost', got 'Unconfined'",
    ],
    [
      'has an SELinux type',
      pod({ seLinuxOptions: { type: 'spc_t' } }),
      "'spec.securityContext.seLinuxOptions.type' must be one of containers, such as 'container_t', got 'spc_t'",
    ],
    [
      'has an SELinux user',
      pod({ seLinuxOptions: { user: 'system_u' } }),
      "'spec.securityContext.seLinuxOptions.user' must be left out, got 'system_u'",
    ],
    [
      'has an SELinux role',
      pod({ seLinuxOptions: { role: 'system_r' } }),
      "'spec.securityContext.seLinuxOptions.role' must be left out, got 'system_r'",
    ],
    [
      'is a process of the Windows host',
      pod({ windowsOptions: { hostProcess: true } }),
      "'spec.securityContext.windowsOptions.hostProcess' must be false or left out, got true",
    ],
  ])('refuses a pod that %s', (_, fields, says) => {
    expect(sayOf(fields)).toEqual([says]);
  });

  it.each<[string, Fields, string]>([
    ['is privileged', container({ privileged: true }), `'${AT}.privileged' must be false or left out, got true`],
    ['may gain rights', container({ allowPrivilegeEscalation: true }), `'${AT}.allowPrivilegeEscalation' must be false, got true`],
    ['keeps capabilities', container({ capabilities: { drop: ['NET_RAW'] } }), `'${AT}.capabilities.drop' must hold 'ALL'`],
    [
      'adds a capability',
      container({ capabilities: { add: ['CHOWN'], drop: ['ALL'] } }),
      `'${AT}.capabilities.add' must hold nothing but 'NET_BIND_SERVICE', got 'CHOWN'`,
    ],
    ['sees all of /proc', container({ procMount: 'Unmasked' }), `'${AT}.procMount' must be 'Default' or left out, got 'Unmasked'`],
    ['is root', container({ runAsUser: 0 }), `'${AT}.runAsUser' must not be 0, which is root, got 0`],
    ['may be root', container({ runAsNonRoot: false }), `'${AT}.runAsNonRoot' must be true, got false`],
    [
      'lifts seccomp',
      container({ seccompProfile: { type: 'Unconfined' } }),
      `'${AT}.seccompProfile.type' must be 'RuntimeDefault' or 'Localhost', got 'Unconfined'`,
    ],
    [
      'has a seccomp profile without a type',
      container({ seccompProfile: {} }),
      `'${AT}.seccompProfile.type' must be 'RuntimeDefault' or 'Localhost', got nothing`,
    ],
    [
      'takes a port of the node',
      { container: { ports: [{ containerPort: 8080, hostPort: 80 }] } },
      "'spec.containers[0].ports[0].hostPort' must be left out, got 80",
    ],
    [
      'is probed elsewhere',
      { container: { livenessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } } },
      "'spec.containers[0].livenessProbe.httpGet.host' must be left out, got '10.0.0.1'",
    ],
    [
      'is probed elsewhere by TCP',
      { container: { startupProbe: { tcpSocket: { host: '10.0.0.1', port: 80 } } } },
      "'spec.containers[0].startupProbe.tcpSocket.host' must be left out, got '10.0.0.1'",
    ],
    [
      'calls elsewhere when it stops',
      { container: { lifecycle: { preStop: { httpGet: { host: '10.0.0.1', port: 80 } } } } },
      "'spec.containers[0].lifecycle.preStop.httpGet.host' must be left out, got '10.0.0.1'",
    ],
  ])('refuses a container that %s', (_, fields, says) => {
    expect(sayOf(fields)).toEqual([says]);
  });

  it('refuses an AppArmor annotation that lifts the profile', () => {
    const manifest = aPod();
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/greeter': 'unconfined' };
    const findings = judgeObjects([{ ...manifest, metadata: { ...manifest.metadata, annotations } }]);
    expect(saysOf('pod-security-restricted', findings)).toEqual([
      "Pod acme/greeter: 'metadata.annotations['container.apparmor.security.beta.kubernetes.io/greeter']' must be 'runtime/default' or begin with 'localhost/', got 'unconfined'",
    ]);
  });

  it.each(['initContainers', 'ephemeralContainers'])('judges %s as well', (list) => {
    const says = sayOf({ [list]: [{ name: 'extra', securityContext: { ...SECURE, privileged: true } }] });
    expect(says).toEqual([`'spec.${list}[0].securityContext.privileged' must be false or left out, got true`]);
  });

  it('asks each container when the pod says nothing', () => {
    expect(sayOf({ securityContext: undefined })).toEqual([
      `'${AT}.runAsNonRoot' must be true, here or for the pod, got nothing`,
      `'${AT}.seccompProfile.type' must be 'RuntimeDefault' or 'Localhost', here or for the pod, got nothing`,
    ]);
    expect(sayOf({ securityContext: undefined, ...container(RESTRICTED) })).toEqual([]);
  });

  it.each<[string, Fields]>([
    ['binds low ports', container({ capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] } })],
    ['has a profile of the node', container({ seccompProfile: { localhostProfile: 'a.json', type: 'Localhost' } })],
    ['has an SELinux type of containers', pod({ seLinuxOptions: { level: 's0', type: 'container_t' } })],
    ['sets a safe sysctl', pod({ sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] })],
    ['mounts an image', { volumes: [{ image: {}, name: 'data' }] }],
    ['says what is the default', { hostNetwork: false, hostPID: false, ...container({ privileged: false, procMount: 'Default' }) }],
    ['names an empty host', { container: { readinessProbe: { httpGet: { host: '', port: 80 } } } }],
  ])('lets a pod pass that %s', (_, fields) => {
    expect(sayOf(fields)).toEqual([]);
  });
});
