import { describe, expect, it } from 'vitest';
import {
  DispatcherDatabase,
  type Environment,
  Exposure,
  type Org,
  Run,
  Secret,
  Size,
  Trigger,
  WorkerRuntime,
  Workspace,
} from '../constructs/index.ts';
import { aDispatcher, anAgent, aPersona, aSecret } from '../test/builders.ts';
import { fixesOf, judgeOrg, saysOf } from './testing.ts';

/** A part that needs what a cluster lacks. */
interface Case {
  readonly capability: string;
  readonly build: (org: Org) => void;
  readonly cluster: Partial<Environment['cluster']>;
  readonly says: string;
  readonly fix: string;
}

describe('capability-present', () => {
  const judge = (build: (org: Org) => void, cluster: Partial<Environment['cluster']>) => {
    const findings = judgeOrg(build, cluster);
    return [...saysOf('capability-present', findings), ...fixesOf('capability-present', findings)];
  };

  it.each<Case>([
    {
      capability: 'walls',
      build: (org) => anAgent(org),
      cluster: { networkPolicy: false },
      says: 'must not run where nothing enforces NetworkPolicy: its agents and tools would have no walls',
      fix: 'install a network plugin that enforces NetworkPolicy, then set cluster.networkPolicy: true in environments/test.yaml',
    },
    {
      capability: 'generated credentials',
      build: (org) => anAgent(org),
      cluster: { secrets: { credentials: 'generated', sops: true } },
      says: "must not rely on cluster.secrets.credentials 'generated' where cluster.secrets.external is absent: nothing would make them",
      fix: 'set cluster.secrets.credentials: existing in environments/test.yaml, or install External Secrets and set cluster.secrets.external',
    },
    {
      capability: 'a sandbox',
      build: (org) => anAgent(org, 'greeter', { run: Run.sandbox() }),
      cluster: { operators: ['keda'] },
      says: "'run' must be a mode that the cluster can run: 'sandbox' needs 'agent-sandbox' in cluster.operators",
      fix: 'install agent-sandbox and add it to cluster.operators in environments/test.yaml, or choose another mode',
    },
    {
      capability: 'an operator of databases',
      build: ({ fleet }) => aDispatcher(fleet, { database: DispatcherDatabase.cloudNativePg() }),
      cluster: { operators: ['keda'] },
      says: "'database' must be one that the cluster can run: it needs 'cnpg' in cluster.operators",
      fix: 'install CloudNativePG and add cnpg to cluster.operators in environments/test.yaml, or name a server by DispatcherDatabase.postgres',
    },
    {
      capability: 'a way in to the dispatcher',
      build: ({ fleet }) => aDispatcher(fleet, { expose: Exposure.public('a demo') }),
      cluster: { ingress: undefined },
      says: "'expose' must not be set where cluster.ingress is absent: no request would come in",
      fix: "set cluster.ingress in environments/test.yaml, or leave 'expose' out",
    },
    {
      capability: 'a way in for webhooks',
      build: (org) => {
        Trigger.webhook(org, 'orders', { secret: aSecret(org), start: anAgent(org, 'clerk', { run: Run.job() }), title: 'An order' });
        return aDispatcher(org.fleet);
      },
      cluster: { ingress: undefined },
      says: 'must not be a webhook where cluster.ingress is absent: no request would come in',
      fix: 'set cluster.ingress in environments/test.yaml, or leave the trigger out',
    },
    {
      capability: 'an isolation',
      build: (org) => anAgent(org, 'greeter', { runtime: WorkerRuntime.shell({ command: ['true'], isolation: 'sysbox' }) }),
      cluster: { runtimeClasses: {} },
      says: "'runtime.isolation' must be 'runc' or one that cluster.runtimeClasses lists (none), got 'sysbox'",
      fix: 'set cluster.runtimeClasses.sysbox to the name of a RuntimeClass in environments/test.yaml, or choose another isolation',
    },
    {
      capability: 'a shared workspace',
      build: (org) => anAgent(org, 'greeter', { workspace: Workspace.volume({ shared: true, size: Size.gibibytes(1) }) }),
      cluster: { storage: { readWriteOnce: 'fast' } },
      says: "'workspace.shared' must not be set where cluster.storage.readWriteMany is absent, got true",
      fix: "set cluster.storage.readWriteMany to a storage class in environments/test.yaml, or leave 'shared' out",
    },
    {
      capability: 'a way in',
      build: (org) => anAgent(org, 'greeter', { run: Run.service({ expose: Exposure.public('a demo') }) }),
      cluster: { ingress: undefined },
      says: "'run.expose' must not be set where cluster.ingress is absent: no request would come in",
      fix: "set cluster.ingress in environments/test.yaml, or leave 'expose' out",
    },
    {
      capability: 'a sign-in',
      build: (org) => anAgent(org, 'greeter', { run: Run.service({ expose: Exposure.signedIn() }) }),
      cluster: { oidc: undefined },
      says: "'run.expose' must not ask for a sign-in where cluster.oidc is absent",
      fix: "set cluster.oidc in environments/test.yaml, or leave 'expose' out",
    },
    {
      capability: 'SOPS',
      build: (org) => Secret.sops(org, 'token', 'value'),
      cluster: { secrets: { credentials: 'existing', external: { kind: 'SecretStore', name: 'vault' }, sops: false } },
      says: 'must not be a Secret.sops where cluster.secrets.sops is false: nothing would decrypt it',
      fix: 'install the SOPS secrets operator and set cluster.secrets.sops: true in environments/test.yaml, or use Secret.external or Secret.reference',
    },
    {
      capability: 'External Secrets',
      build: (org) => Secret.external(org, 'token', 'value'),
      cluster: { secrets: { credentials: 'existing', sops: true } },
      says: 'must not be a Secret.external where cluster.secrets.external is absent: nothing would fetch it',
      fix: 'install External Secrets and set cluster.secrets.external in environments/test.yaml, or use Secret.sops or Secret.reference',
    },
  ])('misses $capability', ({ build, cluster, says, fix }) => {
    expect(judge(build, cluster)).toEqual([says, fix]);
  });

  it('asks for no KEDA: where there is none, the dispatcher counts', () => {
    expect(judge((org) => anAgent(org, 'many', { run: Run.pool({ max: 2 }) }), { operators: [] })).toEqual([]);
  });

  it('asks nothing of a cluster in which no part runs', () => {
    expect(judge((org) => aPersona(org), { networkPolicy: false })).toEqual([]);
  });
});
