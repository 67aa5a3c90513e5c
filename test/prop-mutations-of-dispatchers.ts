import {
  type CloudNativePgOptions,
  Dispatcher,
  DispatcherDatabase,
  type DispatcherProps,
  Exposure,
  type Org,
  type PostgresServer,
  Size,
} from '../constructs/index.ts';
import { aDispatcher, anOrg, aSecret, someResources } from './builders.ts';
import type { Mutation } from './mutations.ts';

/** Dispatchers that differ in what the second one is given. */
function dispatchers(after: Partial<DispatcherProps>, before: Partial<DispatcherProps> = {}): Mutation {
  return [{ build: ({ fleet }) => void aDispatcher(fleet, before) }, { build: ({ fleet }) => void aDispatcher(fleet, after) }];
}

function clusters(after: CloudNativePgOptions): Mutation {
  return dispatchers({ database: DispatcherDatabase.cloudNativePg(after) }, { database: DispatcherDatabase.cloudNativePg() });
}

/** A handle stands in an org, so the database is made where the dispatcher is. */
function servers(after: (org: Org) => Partial<PostgresServer>): Mutation {
  const build =
    (change: (org: Org) => Partial<PostgresServer>) =>
    ({ fleet }: Org) => {
      const org = anOrg({ fleet, id: 'fleetwright' });
      const url = aSecret(org, 'one');
      const server: PostgresServer = { pods: { labels: { app: 'a' }, namespace: 'data' }, port: 5432, url, ...change(org) };
      new Dispatcher(org, { database: DispatcherDatabase.postgres(server) });
    };
  return [{ build: build(() => ({})) }, { build: build(after) }];
}

/** For each prop of the dispatcher, two fleets that differ in it alone. */
export const DISPATCHER_MUTATIONS: Readonly<Record<string, Mutation>> = {
  'CloudNativePgOptions.instances': clusters({ instances: 1 }),
  'CloudNativePgOptions.resources': clusters({ resources: someResources() }),
  'CloudNativePgOptions.size': clusters({ size: Size.gibibytes(7) }),
  'DispatcherProps.database': dispatchers({ database: DispatcherDatabase.embedded() }),
  'DispatcherProps.expose': dispatchers({ expose: Exposure.signedIn() }),
  'DispatcherProps.replicas': dispatchers({ replicas: 3 }),
  'DispatcherProps.resources': dispatchers({ resources: someResources() }),
  'PostgresServer.pods': servers(() => ({ pods: { labels: { app: 'b' }, namespace: 'data' } })),
  'PostgresServer.port': servers(() => ({ port: 6432 })),
  'PostgresServer.url': servers((org) => ({ url: aSecret(org, 'two') })),
};
