import { Agent, Egress, Run, WorkerRuntime } from '../constructs/index.ts';
import { placedIntents } from './intents.ts';
import type { TreeRule } from './rule.ts';

/** Address lists know single hosts only: neither the names below one, nor the methods of a request. */
export const egressSnapshot: TreeRule = {
  id: 'egress-snapshot',
  title: 'Where addresses enforce egress, each host has reviewed addresses',
  severity: 'error',
  appliesTo: 'tree',
  fix: 'list the host with its addresses in the environment file, or use the proxy backend',
  check(fleet, report) {
    const { name, cluster } = fleet.environment;
    if (cluster.egress.backend !== 'snapshot') return;
    const { hosts } = cluster.egress;
    const file = `environments/${name}.yaml`;
    for (const { construct, prop: field, intent } of placedIntents(fleet)) {
      if (intent.depth !== 'exact') {
        const fix = `name each host, or set cluster.egress.backend to proxy or cilium in ${file}`;
        report({
          construct,
          field,
          fix,
          got: `${intent.host}, depth ${intent.depth}`,
          must: "have depth 'exact' where cluster.egress.backend is 'snapshot'",
        });
      } else if (!Object.hasOwn(hosts, intent.host)) {
        const fix = `add '${intent.host}' with its address ranges under cluster.egress.hosts in ${file}`;
        report({ construct, field, fix, got: intent.host, must: 'be a host that cluster.egress.hosts lists' });
      }
      if (intent.methods.length > 0) {
        const fix = `use Egress.host, or set cluster.egress.backend: proxy in ${file}`;
        report({ construct, field, fix, got: intent.methods, must: 'not limit methods, which nobody sees where addresses are enforced' });
      }
    }
  },
  good: {
    environment: {
      cluster: { egress: { backend: 'snapshot', hosts: { 'api.example.org': { cidrs: ['203.0.113.10/32'], expires: '2030-01-01' } } } },
    },
    build: (org) => {
      const egress = [Egress.host('api.example.org', { reason: 'the task needs it' })];
      new Agent(org, 'greeter', { egress, run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }) });
    },
  },
  bad: {
    example: {
      environment: {
        cluster: { egress: { backend: 'snapshot', hosts: { 'api.example.org': { cidrs: ['203.0.113.10/32'], expires: '2030-01-01' } } } },
      },
      build: (org) => {
        const reason = 'the task needs it';
        const egress = [
          Egress.host('example.org', { depth: 'any', reason }),
          Egress.host('www.example.org', { reason }),
          Egress.plainHttp('api.example.org', { reason }),
        ];
        new Agent(org, 'greeter', { egress, run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }) });
      },
    },
    says: [
      "'egress' must be a host that cluster.egress.hosts lists, got 'www.example.org'",
      "'egress' must have depth 'exact' where cluster.egress.backend is 'snapshot', got 'example.org, depth any'",
      `'egress' must not limit methods, which nobody sees where addresses are enforced, got ["GET","HEAD"]`,
    ],
  },
};
