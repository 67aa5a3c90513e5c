import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from './client.ts';
import { Component, waitFor } from './component.ts';
import type { RunFolder } from './run-folder.ts';
import { ADVERTISED_ADDRESS, createPki, type Pki } from './pki.ts';
import { freePort } from '../../test/free-port.ts';

/** Addresses of Services; the controller manager must know the same. */
export const SERVICE_RANGE = '10.96.0.0/16';

/** What a tier-1 cluster needs. */
export interface ApiServerOptions {
  readonly run: RunFolder;
  /** Empty folder below the run's. */
  readonly folder: string;
  /** Path of a binary by name. */
  readonly binary: (name: 'etcd' | 'kube-apiserver') => string;
}

/** A running etcd and kube-apiserver. */
export interface ApiServer {
  readonly client: ApiClient;
  readonly pki: Pki;
  readonly components: readonly Component[];
}

/**
 * Starts etcd and kube-apiserver on loopback. Components are handed to `started` at once, so that the caller can stop them
 * when a later step fails.
 */
export async function startApiServer(options: ApiServerOptions, started: (component: Component) => void): Promise<ApiServer> {
  const { run, folder, binary } = options;
  const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
  const pki = createPki(join(folder, 'pki'), port);
  const start = (name: 'etcd' | 'kube-apiserver', args: readonly string[]) => {
    const component = new Component({ run, folder, name, binary: binary(name), args });
    started(component);
    return component;
  };

  const etcd = start('etcd', etcdArguments(folder, etcdPort, peerPort));
  const apiServer = start('kube-apiserver', apiServerArguments(folder, pki, { port, etcdPort }));
  const client = new ApiClient({ port, authority: pki.authority.certificate, identity: pki.admin });
  const components = [etcd, apiServer];
  await waitFor({ what: 'the API server to be ready', seconds: 120, components, pending: () => whyNotReady(client) });
  return { client, pki, components };
}

/** Ready, and the built-in roles are bound: that ends a moment later. */
async function whyNotReady(client: ApiClient): Promise<string | undefined> {
  const { status } = await client.get('/readyz');
  if (status !== 200) return `/readyz answers ${status}`;
  const review = await client.create({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: { name: '' },
    spec: { user: 'system:kube-scheduler', resourceAttributes: { resource: 'pods', verb: 'list' } },
  });
  const { allowed } = (review.body['status'] ?? {}) as { allowed?: boolean };
  return allowed === true ? undefined : 'the scheduler may not list pods yet';
}

function etcdArguments(folder: string, port: number, peerPort: number): string[] {
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // The data does not outlive the run.
    '--unsafe-no-fsync',
  ];
}

function apiServerArguments(folder: string, pki: Pki, { port, etcdPort }: { port: number; etcdPort: number }): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--advertise-address=${ADVERTISED_ADDRESS}`,
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    '--authorization-mode=Node,RBAC',
    `--client-ca-file=${pki.file('ca.crt')}`,
    `--tls-cert-file=${pki.file('apiserver.crt')}`,
    `--tls-private-key-file=${pki.file('apiserver.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki.file('sa.pub')}`,
    `--service-account-signing-key-file=${pki.file('sa.key')}`,
    `--kubelet-client-certificate=${pki.file('kubelet-client.crt')}`,
    `--kubelet-client-key=${pki.file('kubelet-client.key')}`,
    `--kubelet-certificate-authority=${pki.file('ca.crt')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--enable-admission-plugins=NodeRestriction',
    `--admission-control-config-file=${writeAdmissionConfiguration(folder)}`,
    '--allow-privileged=true',
  ];
}

/** What a careful platform team sets for namespaces without labels: enforce *baseline*, warn about what is not *restricted*. */
function writeAdmissionConfiguration(folder: string): string {
  const podSecurity = {
    apiVersion: 'pod-security.admission.config.k8s.io/v1',
    kind: 'PodSecurityConfiguration',
    defaults: { enforce: 'baseline', 'enforce-version': 'latest', warn: 'restricted', 'warn-version': 'latest' },
    exemptions: { namespaces: ['kube-system'] },
  };
  const configuration = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AdmissionConfiguration',
    plugins: [{ name: 'PodSecurity', configuration: podSecurity }],
  };
  const path = join(folder, 'admission.json');
  writeFileSync(path, JSON.stringify(configuration));
  return path;
}
