import { Agent, Dispatcher, type Environment, type Exposure, type Org, Run, Secret, Tool, WorkerRuntime } from '../constructs/index.ts';
import { show } from './fields.ts';
import type { Report, TreeRule } from './rule.ts';

/** Environments declare what a cluster has. Finding out while pods are pending is too late. */
export const capabilityPresent: TreeRule = {
  id: 'capability-present',
  title: 'The cluster has what agents need',
  severity: 'error',
  appliesTo: 'tree',
  fix: 'let the cluster have it and say so in the environment file, or do without it',
  check(fleet, report) {
    const { environment } = fleet;
    for (const org of fleet.orgs) {
      checkOrg(org, environment, report);
      for (const part of org.children) {
        if (part instanceof Agent) checkAgent(part, environment, report);
        else if (part instanceof Secret) checkSecret(part, environment, report);
        else if (part instanceof Dispatcher) checkDispatcher(part, environment, report);
      }
    }
  },
  good: {
    build: (org) => {
      new Agent(org, 'greeter', { run: Run.pool({ max: 2 }), runtime: WorkerRuntime.shell({ command: ['true'], isolation: 'gvisor' }) });
    },
  },
  bad: {
    example: {
      environment: { cluster: { operators: ['keda'], runtimeClasses: { gvisor: 'gvisor' } } },
      build: (org) => {
        new Agent(org, 'greeter', { run: Run.sandbox(), runtime: WorkerRuntime.shell({ command: ['true'], isolation: 'kata' }) });
      },
    },
    says: [
      "'run' must be a mode that the cluster can run: 'sandbox' needs 'agent-sandbox' in cluster.operators",
      "'runtime.isolation' must be 'runc' or one that cluster.runtimeClasses lists ('gvisor'), got 'kata'",
    ],
  },
};

function checkOrg(org: Org, { name, cluster }: Environment, report: Report): void {
  const parts = org.children.filter((part) => part instanceof Agent || part instanceof Dispatcher || part instanceof Tool);
  if (parts.length === 0) return;
  if (!cluster.networkPolicy) {
    const fix = `install a network plugin that enforces NetworkPolicy, then set cluster.networkPolicy: true in environments/${name}.yaml`;
    report({
      construct: org,
      fix,
      must: `not run where nothing enforces NetworkPolicy: its agents and tools would have no walls`,
    });
  }
  if (cluster.secrets.credentials === 'generated' && cluster.secrets.external === undefined) {
    const fix = `set cluster.secrets.credentials: existing in environments/${name}.yaml, or install External Secrets and set cluster.secrets.external`;
    report({
      construct: org,
      fix,
      must: "not rely on cluster.secrets.credentials 'generated' where cluster.secrets.external is absent: nothing would make them",
    });
  }
}

function checkAgent(agent: Agent, { name, cluster }: Environment, report: Report): void {
  const { run, runtime, workspace } = agent;
  const file = `environments/${name}.yaml`;
  const { isolation } = runtime;
  if (isolation !== 'runc' && cluster.runtimeClasses[isolation] === undefined) {
    const listed = Object.keys(cluster.runtimeClasses).map(show).join(', ') || 'none';
    const fix = `set cluster.runtimeClasses.${isolation} to the name of a RuntimeClass in ${file}, or choose another isolation`;
    report({
      construct: agent,
      field: 'runtime.isolation',
      fix,
      got: isolation,
      must: `be 'runc' or one that cluster.runtimeClasses lists (${listed})`,
    });
  }
  if (run.mode.kind === 'sandbox' && !cluster.operators.includes('agent-sandbox')) {
    const must = "be a mode that the cluster can run: 'sandbox' needs 'agent-sandbox' in cluster.operators";
    report({
      construct: agent,
      field: 'run',
      fix: `install agent-sandbox and add it to cluster.operators in ${file}, or choose another mode`,
      must,
    });
  }
  if (workspace?.persistent === true && workspace.shared && cluster.storage.readWriteMany === undefined) {
    const fix = `set cluster.storage.readWriteMany to a storage class in ${file}, or leave 'shared' out`;
    report({
      construct: agent,
      field: 'workspace.shared',
      fix,
      got: true,
      must: 'not be set where cluster.storage.readWriteMany is absent',
    });
  }
  checkExposure(agent, cluster, file, report);
}

function checkExposure(agent: Agent, cluster: Environment['cluster'], file: string, report: Report): void {
  const { mode } = agent.run;
  if (mode.kind !== 'service' || mode.expose === undefined) return;
  refuseClosed({ construct: agent, field: 'run.expose', exposure: mode.expose }, { cluster, file }, report);
}

/** What is exposed, and by which prop. */
interface Opening {
  readonly construct: Agent | Dispatcher;
  readonly field: string;
  readonly exposure: Exposure;
}

interface Where {
  readonly cluster: Environment['cluster'];
  readonly file: string;
}

function refuseClosed({ construct, field, exposure }: Opening, { cluster, file }: Where, report: Report): void {
  if (cluster.ingress === undefined) {
    const fix = `set cluster.ingress in ${file}, or leave 'expose' out`;
    report({ construct, field, fix, must: 'not be set where cluster.ingress is absent: no request would come in' });
  }
  if (exposure.publicReason === undefined && cluster.oidc === undefined) {
    const fix = `set cluster.oidc in ${file}, or leave 'expose' out`;
    report({ construct, field, fix, must: 'not ask for a sign-in where cluster.oidc is absent' });
  }
}

function checkDispatcher(dispatcher: Dispatcher, { name, cluster }: Environment, report: Report): void {
  const file = `environments/${name}.yaml`;
  if (dispatcher.database.store.kind === 'cloudNativePg' && !cluster.operators.includes('cnpg')) {
    const fix = `install CloudNativePG and add cnpg to cluster.operators in ${file}, or name a server by DispatcherDatabase.postgres`;
    report({
      construct: dispatcher,
      field: 'database',
      fix,
      must: "be one that the cluster can run: it needs 'cnpg' in cluster.operators",
    });
  }
  if (dispatcher.expose === undefined) {
    const [hook] = dispatcher.hooks;
    if (hook === undefined || cluster.ingress !== undefined) return;
    const fix = `set cluster.ingress in ${file}, or leave the trigger out`;
    report({ construct: hook, fix, must: 'not be a webhook where cluster.ingress is absent: no request would come in' });
  } else refuseClosed({ construct: dispatcher, field: 'expose', exposure: dispatcher.expose }, { cluster, file }, report);
}

function checkSecret(secret: Secret, { name, cluster }: Environment, report: Report): void {
  const { kind } = secret.from;
  if (kind === 'sops' && !cluster.secrets.sops) {
    const fix = `install the SOPS secrets operator and set cluster.secrets.sops: true in environments/${name}.yaml, or use Secret.external or Secret.reference`;
    report({ construct: secret, fix, must: 'not be a Secret.sops where cluster.secrets.sops is false: nothing would decrypt it' });
  }
  if (kind === 'external' && cluster.secrets.external === undefined) {
    const fix = `install External Secrets and set cluster.secrets.external in environments/${name}.yaml, or use Secret.sops or Secret.reference`;
    report({ construct: secret, fix, must: 'not be a Secret.external where cluster.secrets.external is absent: nothing would fetch it' });
  }
}
