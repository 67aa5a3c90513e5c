import { Secret } from '../constructs/index.ts';
import type { TreeRule } from './rule.ts';

/** A store for the whole cluster gives every org whatever it names. */
export const externalPath: TreeRule = {
  id: 'external-path',
  title: "In a store that all orgs share, a Secret.external reads its own org's folder",
  severity: 'error',
  appliesTo: 'tree',
  fix: "keep or copy the value under '<org>/' in the store, and name it there",
  check(fleet, report) {
    if (fleet.environment.cluster.secrets.external?.kind !== 'ClusterSecretStore') return;
    for (const org of fleet.orgs) {
      for (const part of org.children) {
        if (!(part instanceof Secret) || part.from.kind !== 'external' || isOwnKey(org.name, part.from.path)) continue;
        const fix = `keep or copy the value under '${org.name}/' in the store, and name it there`;
        report({ construct: part, field: 'path', fix, got: part.from.path, must: mustBeOwn(org.name) });
      }
    }
  },
  good: {
    build: (org) => {
      Secret.external(org, 'token', 'value');
      Secret.external(org, 'deploy-key', 'value', 'acme/github/deploy-key');
    },
  },
  bad: {
    example: {
      build: (org) => {
        Secret.external(org, 'stolen', 'value', 'factory/deploy-key');
        Secret.external(org, 'climbing', 'value', 'acme/../factory/deploy-key');
      },
    },
    says: [
      "'path' must begin with 'acme/', without steps up, got 'factory/deploy-key'",
      "'path' must begin with 'acme/', without steps up, got 'acme/../factory/deploy-key'",
    ],
  },
};

/** A step that leads out of a folder again, or stays in it; stores that speak HTTP take the escaped one, too. */
const STEP = /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|%2f|%5c|$)|%2f|%5c/i;

/** Whether a key of the store belongs to this org. */
export function isOwnKey(org: string, key: unknown): boolean {
  return typeof key === 'string' && key.startsWith(`${org}/`) && !STEP.test(key);
}

/** What a key of the store must be. */
export function mustBeOwn(org: string): string {
  return `begin with '${org}/', without steps up`;
}
