import { describe, expect, it } from 'vitest';
import {
  Budget,
  type Environment,
  Exposure,
  Replicas,
  Run,
  Secret,
  Size,
  ToolPlacement,
  usd,
  WorkerRuntime,
  Workspace,
} from '../../constructs/index.ts';
import { aBroker, aModel, anAgent, anApiAccess, anEnvironment, anIntent, anOrg, aTool } from '../../test/builders.ts';
import { groupOf, RENDERED_KINDS } from './argo-kinds.ts';
import { orgParts } from '../parts.ts';

const SEALED = { apiVersion: 'isindir.github.com/v1alpha3', kind: 'SopsSecret', metadata: { name: 'sealed', namespace: 'acme' } };

/** The kinds of all objects of an org that has everything, in a cluster of this kind. */
function kindsIn(cluster: Partial<Environment['cluster']>): string[] {
  const org = anOrg({ budget: Budget.perDay(usd(1)), environment: anEnvironment({ cluster, sealed: { 'acme.sealed': SEALED } }) });
  const brokered = [aBroker(org)];
  const models = { primary: aModel(org) };
  const secrets = [Secret.sops(org, 'sealed', 'value'), Secret.external(org, 'stored', 'value')];
  const tools = [aTool(org, 'search', { placement: ToolPlacement.service({ replicas: Replicas.onCpu({ max: 3, min: 1 }) }) })];
  const workspace = Workspace.volume({ initialFiles: { 'a.md': 'a' }, shared: true, size: Size.gibibytes(1) });
  const runs = [
    Run.service({ expose: Exposure.signedIn() }),
    Run.pool({ max: 3 }),
    Run.job(),
    Run.schedule('0 0 * * *'),
    Run.sandbox({ warm: 1 }),
  ];
  for (const [index, run] of runs.entries()) {
    const uses = { apiAccess: [anApiAccess()], brokered, egress: [anIntent()], models, secrets, tools, workspace };
    anAgent(org, `agent-${index}`, { ...uses, run, runtime: WorkerRuntime.reference() });
  }
  const manifests = orgParts(org).flatMap((part) => (part.manifest ? part.render() : []));
  return manifests.map(({ apiVersion, kind }) => `${groupOf(apiVersion)}/${kind}`);
}

describe('the kinds that a project of Argo CD lets in', () => {
  it('are those that are rendered, and no others', () => {
    const pods = { labels: { app: 'ingress' }, namespace: 'ingress' };
    const rendered = [
      ...kindsIn({}),
      ...kindsIn({ egress: { backend: 'cilium' }, ingress: { className: 'nginx', kind: 'ingress', pods } }),
    ];
    const inNamespaces = [...new Set(rendered)].filter((kind) => kind !== '/Namespace');
    expect(RENDERED_KINDS.map(({ group, kind }) => `${group}/${kind}`)).toEqual(inNamespaces.sort());
  });
});
