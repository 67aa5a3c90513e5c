import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES, ORGS, orgNames } from './seats.ts';

/** What stacks are made by. A project takes the constructs from the package, as people do. */
const GENERATOR = ['fleet.ts', 'seats.ts'];

const ENVIRONMENT = `domain: bench.example.com
cluster:
  kubernetes: '1.36'
  networkPolicy: true
  egress: { backend: proxy }
  dns: { namespace: kube-system, labels: { k8s-app: kube-dns } }
  apiServer: { cidrs: [10.30.0.1/32], port: 6443 }
  storage: { readWriteOnce: ssd }
  secrets: { sops: false, external: { kind: ClusterSecretStore, name: vault }, credentials: existing }
delivery:
  repo: https://git.example.com/platform/fleet.git
  revision: main
  server: https://kubernetes.default.svc
  prune: automatic
images:
${Object.values(IMAGES)
  .map((reference) => `  '${lockName(reference)}': ${reference}\n`)
  .join('')}`;

/** The name by which a stack asks for an image: what stands between the registry's folder and the digest, as presets call it. */
function lockName(reference: string): string {
  const name = reference.replace(/^[^/]*\/fleet\//, '').replace(/@.*/, '');
  return name.startsWith('npm/') ? 'npm/@modelcontextprotocol/server-filesystem@2026.7.10' : name;
}

/** Writes a project of `agents` agents into an empty or missing folder. Without agents it has no orgs either. */
export function writeProject(folder: string, agents: number): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'environments'), { recursive: true });
  mkdirSync(join(folder, 'stacks'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(import.meta.dirname, '..'), join(folder, 'node_modules', 'fleetwright'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const file of GENERATOR) {
    writeFileSync(
      join(folder, file),
      readFileSync(join(import.meta.dirname, file), 'utf8').replace("'../constructs/index.ts'", "'fleetwright'"),
    );
  }
  const orgs = agents === 0 ? [] : orgNames().slice(0, Math.min(ORGS, agents));
  const list = orgs.map((org) => `  ${org}: {}\n`).join('');
  writeFileSync(join(folder, 'environments', 'bench.yaml'), `${ENVIRONMENT}orgs:${list === '' ? ' {}\n' : `\n${list}`}`);
  for (const org of orgs) writeStack(folder, org, agents);
}

/** Writes one org's stack; with `edited`, one in which that agent has other instructions. */
export function writeStack(folder: string, org: string, agents: number, edited?: number): void {
  const call = `benchOrg(fleet, '${org}', ${agents}${edited === undefined ? '' : `, ${edited}`})`;
  const text = `import { benchOrg } from '../fleet.ts';\n\nexport default (fleet) => ${call};\n`;
  writeFileSync(join(folder, 'stacks', `${org}.ts`), text);
}

/** Removes what a run leaves in a project, so that the next one is cold: the tree, and all that is remembered. */
export function makeCold(folder: string): void {
  for (const name of ['rendered', '.cache']) rmSync(join(folder, name), { recursive: true, force: true });
}
