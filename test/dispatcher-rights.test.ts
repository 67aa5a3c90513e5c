import { describe, expect, it } from 'vitest';
import { type Dispatcher, type Manifest, type Org, Run, Secret, Trigger } from '../constructs/index.ts';
import { orgParts } from '../charts/index.ts';
import { aDispatcher, aFleet, anAgent, anOrg } from './builders.ts';
import { createJudge } from '../policies/index.ts';

/** A dispatcher, and an org that it has a job and a webhook for. */
function aBusyDispatcher(): { dispatcher: Dispatcher; org: Org } {
  const fleet = aFleet();
  const org = anOrg({ fleet });
  const start = anAgent(org, 'clerk', { run: Run.job() });
  Trigger.webhook(org, 'orders', { secret: Secret.external(org, 'signing', 'value'), start, title: 'An order' });
  return { dispatcher: aDispatcher(fleet), org };
}

/** What all rules say of an org's files, each object of which may be changed first. */
function judge(org: Org, change: (manifest: Manifest) => Manifest = (manifest) => manifest): string[] {
  const judgeFiles = createJudge(org.fleet);
  const findings = orgParts(org).flatMap((part) => (part.manifest ? judgeFiles.judge(part, part.render().map(change)) : []));
  return [...findings, ...judgeFiles.finish()]
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, object }) => `${rule}: ${object}`);
}

describe('What gives the dispatcher its rights', () => {
  it('passes as it is rendered, with all else of the dispatcher', () => {
    const { dispatcher, org } = aBusyDispatcher();
    expect(judge(dispatcher.org)).toEqual([]);
    expect(judge(org)).toEqual([]);
  });

  const RULES = [
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
  ];

  it.each<[string, string, Partial<Manifest>]>([
    ['more rights in the cluster', 'ClusterRole', { rules: RULES }],
    ['another account in the cluster', 'ClusterRoleBinding', { subjects: [{ kind: 'ServiceAccount', name: 'clerk', namespace: 'acme' }] }],
    [
      'another role in the cluster',
      'ClusterRoleBinding',
      { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' } },
    ],
    ['a field beside them', 'ClusterRole', { aggregationRule: {} }],
  ])('is refused with %s', (_, kind, fields) => {
    const { dispatcher } = aBusyDispatcher();
    expect(judge(dispatcher.org, (manifest) => (manifest.kind === kind ? { ...manifest, ...fields } : manifest))).toContain(
      `foreign-namespace: ${kind} fleetwright-dispatcher`,
    );
  });

  it.each<[string, string, Partial<Manifest>]>([
    ['more rights in an org', 'Role', { rules: RULES }],
    ['another account in an org', 'RoleBinding', { subjects: [{ kind: 'ServiceAccount', name: 'other', namespace: 'fleetwright' }] }],
  ])('is refused with %s', (_, kind, fields) => {
    const { org } = aBusyDispatcher();
    expect(judge(org, (manifest) => (manifest.kind === kind ? { ...manifest, ...fields } : manifest))).toContain(
      `rbac-narrow: ${kind} acme/fleetwright-dispatcher`,
    );
  });
});

describe('The secrets of the dispatcher', () => {
  it('are its own and those of webhooks, key by key', () => {
    const { dispatcher } = aBusyDispatcher();
    const other = (text: string) => text.replaceAll('"name":"hook.acme.signing","optional"', '"name":"hook.beta.signing","optional"');
    const change = (manifest: Manifest) =>
      manifest.kind === 'Deployment' ? (JSON.parse(other(JSON.stringify(manifest))) as Manifest) : manifest;
    expect(judge(dispatcher.org, change)).toEqual(['credential-owner: Deployment fleetwright/dispatcher']);
  });

  it('come from the folder of the org that they are named for', () => {
    const { dispatcher } = aBusyDispatcher();
    const stolen = (text: string) => text.replaceAll('acme/signing', 'beta/signing');
    const change = (manifest: Manifest) =>
      manifest.kind === 'ExternalSecret' ? (JSON.parse(stolen(JSON.stringify(manifest))) as Manifest) : manifest;
    expect(judge(dispatcher.org, change)).toEqual(['external-source: ExternalSecret fleetwright/hook.acme.signing']);
  });
});
