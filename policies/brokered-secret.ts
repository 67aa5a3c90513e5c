import { Agent, BrokeredSecret, Memory, type Org, type OrgPart, Run, Secret, Tool, WorkerRuntime } from '../constructs/index.ts';
import { visitReferences } from './references.ts';
import type { TreeRule } from './rule.ts';

/** A broker keeps a value from those who use it; that is for nothing when they mount it as well. */
export const brokeredSecret: TreeRule = {
  id: 'brokered-secret',
  title: 'A brokered secret is mounted by its broker only',
  severity: 'error',
  appliesTo: 'tree',
  fix: "use it through 'brokered' only",
  check(fleet, report) {
    const brokers = new Map<string, BrokeredSecret>();
    for (const org of fleet.orgs) {
      for (const part of org.children) if (part instanceof BrokeredSecret) brokers.set(valueOf(part.secret), part);
    }
    if (brokers.size === 0) return;
    visitReferences(fleet, (from, field, to) => {
      const secret = to instanceof Secret && (from instanceof Agent || from instanceof Tool) ? to : mountedByMemory(from, to);
      const broker = secret && brokers.get(valueOf(secret));
      if (secret === undefined || broker === undefined) return;
      const fix = `take it out of '${field}' and use it through 'brokered: [${broker.name}]', or remove the broker`;
      report({ construct: from, field, fix, got: secret.name, must: `not hold the secret of broker '${broker.name}'` });
    });
  },
  good: { build: (org) => addUser(org, []) },
  bad: {
    example: { build: (org) => addUser(org, [Secret.reference(org, 'again', 'value', 'github-token')]) },
    says: ["'secrets' must not hold the secret of broker 'github', got 'again'"],
  },
};

/** A memory's secret is mounted by the agents that have the memory. */
function mountedByMemory(from: OrgPart, to: OrgPart): Secret | undefined {
  return from instanceof Agent && to instanceof Memory ? to.store.secret : undefined;
}

/** Two handles may stand for the same value. */
function valueOf({ org, objectName, key }: Secret): string {
  return `${org.name}/${objectName}/${key}`;
}

function addUser(org: Org, secrets: readonly Secret[]): void {
  const broker = new BrokeredSecret(org, 'github', { host: 'api.github.com', secret: Secret.reference(org, 'github-token', 'value') });
  new Agent(org, 'greeter', { brokered: [broker], run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }), secrets });
}
