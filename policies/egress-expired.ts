import { Agent, Egress, type Fleet, Run, WorkerRuntime } from '../constructs/index.ts';
import { placedIntents } from './intents.ts';
import type { Report, TreeRule } from './rule.ts';

/** What was let through for a while is looked at again when the while is over. */
export const egressExpired: TreeRule = {
  id: 'egress-expired',
  title: 'No egress intent is past its day',
  severity: 'error',
  appliesTo: 'tree',
  fix: "remove the intent, or agree on a later 'expires' with its owner",
  check(fleet, report, { today }) {
    if (today === undefined) return;
    for (const { construct, intent, prop: field } of placedIntents(fleet)) {
      const { expires, host } = intent;
      if (expires !== undefined && expires < today)
        report({ construct, field, got: expires, must: `not hold an intent that is past its day: '${host}'` });
    }
    checkSnapshot(fleet, today, report);
  },
  good: {
    build: (org) => {
      const egress = [Egress.host('api.example.org', { expires: '2026-01-31', reason: 'the trial' })];
      new Agent(org, 'greeter', { egress, run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }) });
    },
  },
  bad: {
    example: {
      build: (org) => {
        const egress = [Egress.host('api.example.org', { expires: '2026-01-30', reason: 'the trial' })];
        new Agent(org, 'greeter', { egress, run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'] }) });
      },
    },
    says: ["'egress' must not hold an intent that is past its day: 'api.example.org', got '2026-01-30'"],
  },
};

function checkSnapshot(fleet: Fleet, today: string, report: Report): void {
  const { name, cluster } = fleet.environment;
  if (cluster.egress.backend !== 'snapshot') return;
  for (const [host, { expires }] of Object.entries(cluster.egress.hosts)) {
    if (expires >= today) continue;
    const fix = `look up the addresses of '${host}' again, and set them and a later day in environments/${name}.yaml`;
    report({ construct: fleet, field: `cluster.egress.hosts['${host}'].expires`, fix, got: expires, must: 'not be past' });
  }
}
