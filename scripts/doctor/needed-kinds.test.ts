import { describe, expect, it } from 'vitest';
import { knownKinds } from '../../policies/schema/index.ts';
import { anAgent, anEnvironment, anOrg, aTool } from '../../test/builders.ts';
import { Run } from '../../constructs/index.ts';
import { CAPABILITY_KINDS, neededKinds } from './needed-kinds.ts';

describe('The kinds that a cluster must know', () => {
  it('are in the versions in which they are rendered', () => {
    const known = knownKinds();
    for (const kinds of Object.values(CAPABILITY_KINDS)) {
      for (const [apiVersion, names] of Object.entries(kinds)) for (const kind of names) expect(known).toContain(`${apiVersion} ${kind}`);
    }
  });

  it('are those of what the environment says it has', () => {
    const { cluster } = anEnvironment();
    expect([...neededKinds(cluster, undefined).keys()].sort()).toEqual([
      'agents.x-k8s.io/v1beta1',
      'extensions.agents.x-k8s.io/v1beta1',
      'external-secrets.io/v1',
      'gateway.networking.k8s.io/v1',
      'generators.external-secrets.io/v1alpha1',
      'isindir.github.com/v1alpha3',
      'keda.sh/v1alpha1',
      'postgresql.cnpg.io/v1',
    ]);
    const bare = { ...cluster, operators: [], egress: { backend: 'cilium' }, secrets: { sops: false, credentials: 'existing' } } as const;
    const { ingress: _, ...closed } = bare;
    expect([...neededKinds(closed, undefined)]).toEqual([['cilium.io/v2', new Set(['CiliumNetworkPolicy'])]]);
  });

  it('and those of what the fleet renders, but for what Argo CD reads', () => {
    const org = anOrg();
    anAgent(org, 'a', { run: Run.schedule('* * * * *'), tools: [aTool(org)] });
    const kinds = neededKinds(org.fleet.environment.cluster, org.fleet);
    expect(kinds.get('batch/v1')).toEqual(new Set(['CronJob']));
    expect(kinds.get('apps/v1')).toEqual(new Set(['Deployment']));
    expect(kinds.has('argoproj.io/v1alpha1')).toBe(false);
  });
});
