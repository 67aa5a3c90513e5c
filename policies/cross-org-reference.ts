import { Agent, Org, Run, Secret, WorkerRuntime } from '../constructs/index.ts';
import { visitReferences } from './references.ts';
import type { TreeRule } from './rule.ts';

/** Orgs are closed to each other: what one of them has is of no use to another. */
export const crossOrgReference: TreeRule = {
  id: 'cross-org-reference',
  title: 'A part only uses parts of its own org',
  severity: 'error',
  appliesTo: 'tree',
  fix: 'create the part in both orgs, or move what uses it',
  check(fleet, report) {
    visitReferences(fleet, (from, field, to) => {
      if (from.node.scope === to.node.scope) return;
      const must = `be a part of org '${from.org.name}'`;
      report({
        construct: from,
        field,
        fix: `create '${to.name}' in org '${from.org.name}' as well, or move what uses it`,
        got: to.node.path,
        must,
      });
    });
  },
  good: {
    build: (org) => {
      new Agent(org, 'greeter', {
        run: Run.service(),
        runtime: WorkerRuntime.shell({ command: ['true'] }),
        secrets: [Secret.reference(org, 'token', 'value')],
      });
    },
  },
  bad: {
    example: {
      build: (org) => {
        const foreign = Secret.reference(new Org(org.fleet, 'other'), 'token', 'value');
        new Agent(org, 'greeter', { run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }), secrets: [foreign] });
      },
    },
    says: ["'secrets' must be a part of org 'acme', got 'test/other/token'"],
  },
};
