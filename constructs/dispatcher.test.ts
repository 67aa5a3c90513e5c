import { describe, expect, it } from 'vitest';
import { Dispatcher, DispatcherDatabase, type DispatcherProps, Size } from './index.ts';
import { aDispatcher, anOrg, aSecret } from '../test/builders.ts';

const embedded = DispatcherDatabase.embedded();

describe('Dispatcher', () => {
  it('runs twice, and once where its database is embedded', () => {
    expect(aDispatcher().replicas).toBe(2);
    expect(aDispatcher(undefined, { database: embedded }).replicas).toBe(1);
  });

  it('stands in an org of its own', () => {
    expect(() => new Dispatcher(anOrg(), { database: embedded })).toThrow(
      "test/acme/dispatcher cannot be built:\n  - 'org' must be called 'fleetwright', got 'acme'; write stacks/fleetwright.ts, and list it in the environment [FW_INVALID_PROPS]",
    );
  });

  it.each<[string, Partial<DispatcherProps>]>([
    ["'replicas' must be a whole number from 1 to 20, got 21", { replicas: 21 }],
    ["'replicas' must be a whole number from 1 to 20, got 0", { replicas: 0 }],
    ["'replicas' must be 1 where the database is embedded: two processes would spoil it, got 2", { database: embedded, replicas: 2 }],
    ["'expose' must be an Exposure, got 'string'", { expose: 'all' as never }],
    ["'database' must be a DispatcherDatabase, got 'Object'", { database: {} as DispatcherDatabase }],
    ["'resources.memory' must be whole mebibytes above 0", { resources: { ...aDispatcher().resources, memory: Size.kibibytes(1) } }],
  ])('says: %s', (message, props) => {
    expect(() => aDispatcher(undefined, props)).toThrow(message);
  });
});

describe('DispatcherDatabase', () => {
  const pods = { labels: { app: 'postgres' }, namespace: 'data' };

  it('is a handle where the server is another', () => {
    const url = aSecret(anOrg());
    expect(DispatcherDatabase.postgres({ pods, port: 5432, url }).secret).toBe(url);
    expect(embedded.secret).toBeUndefined();
    expect(DispatcherDatabase.cloudNativePg().secret).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    [
      "DispatcherDatabase.embedded: 'size' must be whole mebibytes, at least 512, got",
      () => DispatcherDatabase.embedded(Size.mebibytes(511)),
    ],
    [
      "DispatcherDatabase.cloudNativePg: 'instances' must be a whole number from 1 to 9, got 0",
      () => DispatcherDatabase.cloudNativePg({ instances: 0 }),
    ],
    ["DispatcherDatabase.cloudNativePg: 'size' must be", () => DispatcherDatabase.cloudNativePg({ size: Size.kibibytes(524_289) })],
    [
      "DispatcherDatabase.postgres: 'port' must be a whole number from 1 to 65535, got 0",
      () => DispatcherDatabase.postgres({ pods, port: 0, url: aSecret(anOrg()) }),
    ],
    [
      "DispatcherDatabase.postgres: 'url' must be a Secret, got 'string'",
      () => DispatcherDatabase.postgres({ pods, port: 1, url: 'postgres://' as never }),
    ],
    [
      "DispatcherDatabase.postgres: 'pods.labels' must be at least one label",
      () => DispatcherDatabase.postgres({ pods: { labels: {}, namespace: 'data' }, port: 1, url: aSecret(anOrg()) }),
    ],
  ])('says: %s', (message, make) => {
    expect(make).toThrow(message);
  });
});
