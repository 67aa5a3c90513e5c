import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CertificateAuthority, type KeyPair, newSigningKeys } from './certificates.ts';

/** The address that the API server advertises. It need not exist: only the `kubernetes` Endpoints object shows it. */
export const ADVERTISED_ADDRESS = '172.30.0.1';

/** Keys and certificates of one cluster, as files and, for our own client, in memory. */
export interface Pki {
  readonly authority: KeyPair;
  readonly admin: KeyPair;
  /** Path of one of the files. */
  file(name: PkiFile): string;
  /** Path of the kubeconfig of one client. */
  kubeconfig(client: PkiClient): string;
}

type PkiFile = 'ca.crt' | 'ca.key' | 'apiserver.crt' | 'apiserver.key' | 'kubelet-client.crt' | 'kubelet-client.key' | 'sa.key' | 'sa.pub';

/** Who has a kubeconfig. */
export type PkiClient = 'admin' | 'kube-controller-manager' | 'kube-scheduler';

const SERVER_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
  '127.0.0.1',
  '10.96.0.1',
  ADVERTISED_ADDRESS,
];

/** Makes everything that the components need to trust each other, below `folder`. */
export function createPki(folder: string, port: number): Pki {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  const write = (name: string, content: string) => writeFileSync(file(name), content, { mode: 0o600 });
  const writePair = (name: string, pair: KeyPair) => {
    write(`${name}.crt`, pair.certificate);
    write(`${name}.key`, pair.privateKey);
  };

  const ca = new CertificateAuthority({ commonName: 'fleetwright-e2e' });
  const signing = newSigningKeys();
  writePair('ca', ca.keyPair);
  writePair('apiserver', ca.issueServer({ commonName: 'kube-apiserver' }, SERVER_NAMES));
  writePair('kubelet-client', ca.issueClient({ commonName: 'kube-apiserver-kubelet-client' }));
  write('sa.key', signing.privateKey);
  write('sa.pub', signing.publicKey);

  const admin = ca.issueClient({ commonName: 'admin', organization: 'system:masters' });
  const clients: Record<PkiClient, KeyPair> = {
    admin,
    'kube-controller-manager': ca.issueClient({ commonName: 'system:kube-controller-manager' }),
    'kube-scheduler': ca.issueClient({ commonName: 'system:kube-scheduler' }),
  };
  for (const [name, pair] of Object.entries(clients)) write(`${name}.kubeconfig`, kubeconfig(port, ca.keyPair.certificate, pair));
  return { authority: ca.keyPair, admin, file, kubeconfig: (client) => file(`${client}.kubeconfig`) };
}

/** JSON, which every reader of YAML takes. */
function kubeconfig(port: number, authority: string, { certificate, privateKey }: KeyPair): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: 'e2e', user: { 'client-certificate-data': base64(certificate), 'client-key-data': base64(privateKey) } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
    'current-context': 'e2e',
  });
}
