import { ApiObject, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import type { Environment, Manifest } from '../../constructs/index.ts';
import { aFleet, anEnvironment, anOrg } from '../../test/builders.ts';
import { dig, only } from '../../test/manifests.ts';
import { groupOf, RENDERED_KINDS } from './argo-kinds.ts';
import { appMetadata, renderArgoOrg, renderArgoRoot } from './argo.ts';

const delivery: Environment['delivery'] = {
  prune: 'confirm',
  repo: 'https://git.example.org/r.git',
  revision: 'v7',
  server: 'https://far.example.org:6443',
};

function renderWith(values: Partial<Environment['delivery']> = {}): Manifest[] {
  return renderArgoOrg(anOrg({ environment: anEnvironment({ delivery: { ...delivery, ...values } }) }));
}

function templateOf(manifests: Manifest[], ...path: string[]): unknown {
  return dig(only(manifests, 'ApplicationSet'), 'spec', 'template', ...path);
}

describe('the project of an org', () => {
  const { metadata, spec } = only(renderWith(), 'AppProject') as Manifest & { spec: Record<string, unknown> };

  it('is named for the org and its environment, as one Argo CD may serve several', () => {
    expect(metadata).toMatchObject({ name: 'acme.test', namespace: 'argocd' });
  });

  it('confines the org to its repository and its namespace', () => {
    expect(spec['sourceRepos']).toEqual([delivery.repo]);
    expect(spec['destinations']).toEqual([{ namespace: 'acme', server: delivery.server }]);
    expect(spec['clusterResourceWhitelist']).toEqual([{ group: '', kind: 'Namespace', name: 'acme' }]);
  });

  it('lets no Secret and no cluster role into Git', () => {
    const kinds = RENDERED_KINDS.map(({ kind }) => kind);
    expect(kinds).not.toContain('Secret');
    expect(kinds.filter((kind) => kind.startsWith('Cluster'))).toEqual([]);
  });

  it('lets in the kinds of the cdk8s objects that stand in the org', () => {
    const org = anOrg();
    new ApiObject(new Chart(org, 'extras'), 'rule', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'rule' },
    });
    const kinds = dig(only(renderArgoOrg(org), 'AppProject'), 'spec', 'namespaceResourceWhitelist') as object[];
    expect(kinds).toContainEqual({ group: 'monitoring.coreos.com', kind: 'PrometheusRule' });
    expect(kinds).toHaveLength(RENDERED_KINDS.length + 1);
  });
});

describe('the set of an org', () => {
  it('makes one Application, from the metadata beside the manifests', () => {
    const set = only(renderWith(), 'ApplicationSet');
    expect(dig(set, 'spec', 'generators')).toEqual([
      { git: { files: [{ path: 'rendered/test/acme/_app.yaml' }], repoURL: delivery.repo, revision: 'v7' } },
    ]);
    expect(set['spec']).toMatchObject({ goTemplate: true, goTemplateOptions: ['missingkey=error'] });
    expect(templateOf([set], 'metadata', 'name')).toBe('{{ .app.name }}');
    expect(appMetadata(anOrg())).toEqual({ app: { environment: 'test', name: 'acme.test', org: 'acme' } });
  });

  it('does not leave the project and the place to what stands in the folder', () => {
    expect(templateOf(renderWith(), 'spec')).toMatchObject({
      destination: { namespace: 'acme', server: delivery.server },
      project: 'acme.test',
      source: { directory: { exclude: '_app.yaml' }, path: '{{ .path.path }}', repoURL: delivery.repo, targetRevision: 'v7' },
    });
  });

  it('applies by the server, and waits longer after each failure', () => {
    expect(templateOf(renderWith(), 'spec', 'syncPolicy')).toEqual({
      automated: { prune: false, selfHeal: true },
      retry: { backoff: { duration: '10s', factor: 2, maxDuration: '5m' }, limit: 5 },
      syncOptions: [
        'ApplyOutOfSyncOnly=true',
        'CreateNamespace=false',
        'FailOnSharedResource=true',
        'PruneLast=true',
        'ServerSideApply=true',
      ],
    });
    expect(templateOf(renderWith(), 'metadata', 'annotations')).toEqual({
      'argocd.argoproj.io/compare-options': 'ServerSideDiff=true',
      'argocd.argoproj.io/manifest-generate-paths': '.',
    });
  });

  it.each([
    ['confirm', false],
    ['automatic', true],
  ] as const)("with prune '%s' deletes by itself: %s", (prune, automatic) => {
    const manifests = renderWith({ prune });
    expect(templateOf(manifests, 'spec', 'syncPolicy', 'automated', 'prune')).toBe(automatic);
    expect(dig(only(manifests, 'ApplicationSet'), 'spec', 'syncPolicy')).toEqual({
      applicationsSync: 'create-update',
      preserveResourcesOnDeletion: !automatic,
    });
  });
});

describe('the root', () => {
  const manifests = renderArgoRoot(aFleet(anEnvironment({ delivery })));

  it('keeps the projects and sets, and deletes none', () => {
    expect(only(manifests, 'Application')).toMatchObject({
      metadata: { name: 'test', namespace: 'argocd' },
      spec: {
        destination: { namespace: 'argocd', server: 'https://kubernetes.default.svc' },
        project: 'test',
        source: { path: 'rendered/test/_argocd', repoURL: delivery.repo, targetRevision: 'v7' },
        syncPolicy: { automated: { prune: false, selfHeal: true } },
      },
    });
  });

  it("may write nothing but Argo CD's own objects", () => {
    expect(only(manifests, 'AppProject')['spec']).toMatchObject({
      clusterResourceWhitelist: [],
      destinations: [{ namespace: 'argocd', server: 'https://kubernetes.default.svc' }],
      namespaceResourceWhitelist: ['AppProject', 'Application', 'ApplicationSet'].map((kind) => ({ group: 'argoproj.io', kind })),
      sourceRepos: [delivery.repo],
    });
  });
});

describe('groupOf', () => {
  it.each([
    ['v1', ''],
    ['apps/v1', 'apps'],
  ])('of %s is %j', (apiVersion, group) => expect(groupOf(apiVersion)).toBe(group));
});
