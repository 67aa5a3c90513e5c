import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { McpServer, type Org, ToolPlacement } from '../constructs/index.ts';
import { aFleet, anAgent, anEnvironment, anOrg, aTool } from '../test/builders.ts';
import { fleetParts, orgParts, type Part } from './parts.ts';
import { toYaml } from './yaml/yaml.ts';

function anOrgWithParts(fleet = aFleet(), id = 'acme'): Org {
  const org = anOrg({ fleet, id });
  const search = aTool(org);
  const files = aTool(org, 'files', { placement: ToolPlacement.sidecar() });
  anAgent(org, 'ada', { tools: [search, files] });
  aTool(org, 'far', { server: McpServer.remote('https://mcp.example.org/mcp') });
  return org;
}

function textOf(part: Part | undefined): string {
  if (part === undefined) return '';
  return part.manifest ? toYaml(part.render()) : part.render();
}

describe('fleetParts', () => {
  it("is a file for what each org shares, for each agent and tool, for Argo CD's objects, and for the dispatcher", () => {
    const fleet = aFleet(anEnvironment({ name: 'dev' }));
    anOrgWithParts(fleet);
    anOrg({ fleet, id: 'other' });
    expect(fleetParts(fleet).map(({ file, construct }) => `${file} ${construct.node.path}`)).toEqual([
      'dev/acme/_org.yaml dev/acme',
      'dev/acme/_app.yaml dev/acme',
      'dev/acme/search.yaml dev/acme/search',
      'dev/acme/ada.yaml dev/acme/ada',
      'dev/acme/far.yaml dev/acme/far',
      'dev/other/_org.yaml dev/other',
      'dev/other/_app.yaml dev/other',
      'dev/_argocd/_root.yaml dev',
      'dev/_argocd/acme.yaml dev/acme',
      'dev/_argocd/other.yaml dev/other',
      'dev/fleet.json dev',
    ]);
  });

  it('tells Argo CD nothing of an org that Pulumi delivers', () => {
    const fleet = aFleet(anEnvironment({ name: 'dev', orgs: { acme: { engine: 'pulumi' }, other: { engine: 'argo' } } }));
    anOrg({ fleet });
    anOrg({ fleet, id: 'other' });
    expect(fleetParts(fleet).map(({ file }) => file)).toEqual([
      'dev/acme/_org.yaml',
      'dev/other/_org.yaml',
      'dev/other/_app.yaml',
      'dev/_argocd/_root.yaml',
      'dev/_argocd/other.yaml',
      'dev/fleet.json',
    ]);
  });

  it('tells the dispatcher nothing of an environment whose orgs are not all there', () => {
    const fleet = aFleet(anEnvironment({ name: 'dev', orgs: { acme: {}, other: {} } }));
    anOrg({ fleet });
    expect(fleetParts(fleet).map(({ file }) => file)).not.toContain('dev/fleet.json');
    anOrg({ fleet, id: 'other' });
    expect(fleetParts(fleet).map(({ file }) => file)).toContain('dev/fleet.json');
  });

  it('marks the file that is no manifest', () => {
    const parts = orgParts(anOrg());
    expect(parts.flatMap((part) => (part.manifest ? [] : [[part.file, part.render()]]))).toEqual([
      ['test/acme/_app.yaml', 'app:\n  environment: test\n  name: acme.test\n  org: acme\n'],
    ]);
  });

  it('has a file for cdk8s objects where there are some', () => {
    const org = anOrg();
    new ApiObject(new Chart(org, 'extras'), 'extra', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' } });
    const extras = orgParts(org).find(({ file }) => file === 'test/acme/_extras.yaml');
    expect(extras?.render()).toMatchObject([{ kind: 'ConfigMap', metadata: { name: 'extra', namespace: 'acme' } }]);
  });

  it('promises equal files by equal fingerprints, and others by others', () => {
    const build = (instructions: string) => {
      const org = anOrgWithParts();
      anAgent(org, 'bob', { instructions });
      new ApiObject(new Chart(org, 'extras'), 'extra', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'extra' },
        data: { text: instructions },
      });
      return fleetParts(org.fleet);
    };
    const [before, same, after] = [build('a'), build('a'), build('b')];
    expect(same.map((part) => part.fingerprint)).toEqual(before.map((part) => part.fingerprint));
    const changed = after.filter((part, index) => part.fingerprint !== before[index]?.fingerprint).map(({ file }) => file);
    expect(changed).toEqual(['test/acme/_extras.yaml', 'test/acme/bob.yaml']);
    const differing = after.filter((part, index) => textOf(part) !== textOf(before[index])).map(({ file }) => file);
    expect(differing).toEqual(changed);
  });

  it('gives each file a fingerprint of its own, without white space', () => {
    const fleet = aFleet();
    anOrgWithParts(fleet);
    anOrgWithParts(fleet, 'other');
    const prints = fleetParts(fleet).map((part) => part.fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    expect(prints.filter((print) => !/^\S{20,}$/.test(print))).toEqual([]);
  });

  it('changes the fingerprint of a patched agent', () => {
    const org = anOrg();
    const agent = anAgent(org, 'ada');
    const before = orgParts(org).at(-1)?.fingerprint;
    agent.addJsonPatch('Deployment', JsonPatch.add('/spec/revisionHistoryLimit', 3));
    expect(orgParts(org).at(-1)?.fingerprint).not.toBe(before);
  });
});
