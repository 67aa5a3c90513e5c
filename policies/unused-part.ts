import {
  Agent,
  BrokeredSecret,
  EgressPolicy,
  type Fleet,
  Memory,
  Model,
  type Org,
  OrgPart,
  Persona,
  Run,
  Secret,
  Tool,
  WorkerRuntime,
} from '../constructs/index.ts';
import { visitReferences } from './references.ts';
import type { Report, TreeRule } from './rule.ts';

/** What a part that nobody uses is called; agents are used by people. */
const NAMES = new Map<unknown, string>([
  [BrokeredSecret, 'brokered secret'],
  [EgressPolicy, 'egress policy'],
  [Memory, 'memory'],
  [Model, 'model'],
  [Persona, 'persona'],
  [Secret, 'secret'],
  [Tool, 'tool'],
]);

/** What nobody uses still costs: pods, rights, hosts that are let through, values that may leak. */
export const unusedPart: TreeRule = {
  id: 'unused-part',
  title: 'Every part is used by another',
  severity: 'warning',
  appliesTo: 'tree',
  fix: 'remove it, or give it to an agent',
  check(fleet, report) {
    const used = new Set<OrgPart>();
    visitReferences(fleet, (_, __, to) => used.add(to));
    for (const org of fleet.orgs) {
      for (const part of org.children) {
        if (!(part instanceof OrgPart) || used.has(part)) continue;
        const name = NAMES.get(part.constructor);
        if (name !== undefined) report({ construct: part, must: `be used: nothing names this ${name}` });
      }
    }
    checkSealed(fleet, report);
  },
  good: {
    build: (org) => {
      const secret = Secret.reference(org, 'token', 'value');
      new Agent(org, 'greeter', { run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }), secrets: [secret] });
    },
  },
  bad: {
    example: {
      environment: { sealed: { 'acme.old': { apiVersion: 'isindir.github.com/v1alpha3', kind: 'SopsSecret', metadata: { name: 'old' } } } },
      build: (org) => {
        Secret.reference(org, 'token', 'value');
      },
    },
    says: ["must have a Secret.sops(org, 'old', …) for environments/secrets/test/acme.old.yaml", 'must be used: nothing names this secret'],
  },
};

/** Encrypted files of the orgs at hand for which there is no handle. */
function checkSealed({ environment, orgs }: Fleet, report: Report): void {
  const byName = new Map<string, Org>(orgs.map((org) => [org.name, org]));
  for (const key of Object.keys(environment.sealed)) {
    const [name = '', id = ''] = key.split('.');
    const org = byName.get(name);
    if (org === undefined) continue;
    const part = org.node.tryFindChild(id);
    if (part instanceof Secret && part.from.kind === 'sops') continue;
    const file = `environments/secrets/${environment.name}/${key}.yaml`;
    report({
      construct: org,
      fix: `remove the file, or give the secret to who needs it`,
      must: `have a Secret.sops(org, '${id}', …) for ${file}`,
    });
  }
}
