import { describe, expect, it } from 'vitest';
import { Budget, Cpu, type Org, Size, usd } from '../../constructs/index.ts';
import { aBroker, aModel, anAgent, anEnvironment, anIntent, anOrg, aSecret } from '../../test/builders.ts';
import { dig, only } from '../../test/manifests.ts';
import { renderOrg } from './org.ts';

describe('renderOrg', () => {
  it('makes the walls of an empty org, and nothing else', () => {
    expect(renderOrg(anOrg()).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace acme',
      'ResourceQuota org',
      'LimitRange org',
      'NetworkPolicy default',
    ]);
  });

  it('puts what is shared behind the walls, in the order of application', () => {
    const org = anOrg();
    aModel(org);
    aBroker(org);
    anAgent(org, 'ada', { egress: [anIntent()] });
    const waves = renderOrg(org).map(({ metadata }) => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0));
    expect([...new Set(waves)].sort((a, b) => a - b)).toEqual([-20, -15, -10, -5]);
    const components = renderOrg(org).map(({ metadata }) => metadata.labels?.['app.kubernetes.io/component']);
    expect([...new Set(components)]).toEqual(['org', 'broker', 'egress', 'gateway']);
  });

  it('changes with the egress of an agent, and not with its instructions', () => {
    const render = (props: object) => {
      const org = anOrg();
      aSecret(org);
      anAgent(org, 'ada', props);
      return renderOrg(org);
    };
    expect(render({ instructions: 'a' })).toEqual(render({ instructions: 'b' }));
    expect(render({ egress: [anIntent()] })).not.toEqual(render({}));
  });
});

describe('the namespace of an org', () => {
  const namespaceOf = (org: Org) => only(renderOrg(org), 'Namespace');

  it('is restricted by the rules of one version of Kubernetes', () => {
    const labels = namespaceOf(anOrg({ environment: anEnvironment({ cluster: { kubernetes: '1.35' } }) })).metadata.labels;
    expect(labels).toMatchObject({
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/audit-version': 'v1.35',
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.35',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/warn-version': 'v1.35',
    });
  });

  it.each([
    [{}, 'argo'],
    [{ acme: { engine: 'pulumi' as const } }, 'pulumi'],
  ])('names the engine that delivers what stands in it: %j', (orgs, engine) => {
    expect(namespaceOf(anOrg({ environment: anEnvironment({ orgs }) })).metadata.labels?.['fleetwright.dev/engine']).toBe(engine);
  });

  it('is deleted only when somebody confirms it', () => {
    expect(namespaceOf(anOrg()).metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Delete=confirm,Prune=confirm',
      'argocd.argoproj.io/sync-wave': '-20',
    });
  });

  it('names the owner and the budget', () => {
    const org = anOrg({ budget: Budget.perMonth(usd(200)), owner: 'research' });
    expect(namespaceOf(org).metadata.annotations).toMatchObject({
      'fleetwright.dev/budget': '200 USD per month',
      'fleetwright.dev/owner': 'research',
    });
  });

  it('names the budget of its environment before that of its stack', () => {
    const environment = anEnvironment({ orgs: { acme: { dailyBudgetUsd: 7.5 } } });
    const { annotations } = namespaceOf(anOrg({ budget: Budget.perMonth(usd(200)), environment })).metadata;
    expect(annotations).toMatchObject({ 'fleetwright.dev/budget': '7.5 USD per day' });
  });

  it('stands in no namespace', () => {
    expect(namespaceOf(anOrg()).metadata).not.toHaveProperty('namespace');
  });
});

describe('the quota of an org', () => {
  const quota = {
    cpu: Cpu.millis(1500),
    memory: Size.gibibytes(3),
    ephemeralStorage: Size.mebibytes(700),
    storage: Size.gibibytes(9),
    pods: 11,
  };
  const hardOf = (org: Org) => dig(only(renderOrg(org), 'ResourceQuota'), 'spec', 'hard');

  it('is what the stack says', () => {
    expect(hardOf(anOrg({ quota }))).toEqual({
      'limits.cpu': '1500m',
      'limits.ephemeral-storage': '700Mi',
      'limits.memory': '3Gi',
      pods: '11',
      'requests.storage': '9Gi',
      'services.loadbalancers': '0',
      'services.nodeports': '0',
    });
  });

  it('is what the environment says, where it says something', () => {
    const orgs = { acme: { quota: { cpu: '96', memory: '1Ti', ephemeralStorage: '2Ti', storage: '3Ti', pods: 5 } } };
    expect(hardOf(anOrg({ quota, environment: anEnvironment({ orgs }) }))).toMatchObject({
      'limits.cpu': '96',
      'limits.ephemeral-storage': '2Ti',
      'limits.memory': '1Ti',
      pods: '5',
      'requests.storage': '3Ti',
    });
    expect(hardOf(anOrg({ quota, environment: anEnvironment({ orgs: { acme: { quota: { pods: 5 } } } }) }))).toMatchObject({
      'limits.cpu': '1500m',
      pods: '5',
    });
  });

  it('does not refuse containers that name no limits', () => {
    const [limits] = dig(only(renderOrg(anOrg()), 'LimitRange'), 'spec', 'limits') as [{ default: object; defaultRequest: object }];
    expect(Object.keys(limits.default).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    expect(Object.keys(limits.defaultRequest).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
  });
});

describe('the default of an org', () => {
  it('is that pods ask for names and do nothing else', () => {
    const dns = { labels: { app: 'coredns' }, namespace: 'dns' };
    expect(only(renderOrg(anOrg({ environment: anEnvironment({ cluster: { dns } }) })), 'NetworkPolicy')['spec']).toEqual({
      egress: [
        {
          ports: [
            { port: 53, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'dns' } },
              podSelector: { matchLabels: { app: 'coredns' } },
            },
          ],
        },
      ],
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });
});
