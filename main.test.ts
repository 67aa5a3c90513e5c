import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { argoParts, orgParts, type Part, toYaml } from './charts/index.ts';
import { loadFleets } from './scripts/load-fleet.ts';

const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-app-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const read = (text: string): unknown[] => loadAll(text);
const documentsOf = (parts: Part[]) =>
  read(
    parts
      .map((part) => (part.manifest ? toYaml(part.render()) : ''))
      .filter(Boolean)
      .join('---\n'),
  );

describe('the cdk8s app', () => {
  // `cdk8s synth` runs this command with this variable.
  execFileSync(process.execPath, ['main.ts'], { cwd: import.meta.dirname, env: { ...process.env, CDK8S_OUTDIR: outdir } });

  it('writes the same documents as the tree, for each org of each environment', { timeout: 60_000 }, async () => {
    const fleets = await loadFleets({});
    const expected = fleets.flatMap((fleet) => [
      ...fleet.orgs.map((org) => [`${fleet.environment.name}-${org.name}.k8s.yaml`, documentsOf(orgParts(org))] as const),
      [`${fleet.environment.name}-argocd.k8s.yaml`, documentsOf(argoParts(fleet))] as const,
    ]);
    expect(readdirSync(outdir).sort()).toEqual(expected.map(([file]) => file).sort());
    for (const [file, documents] of expected) expect([file, read(readFileSync(join(outdir, file), 'utf8'))]).toEqual([file, documents]);
  });
});
