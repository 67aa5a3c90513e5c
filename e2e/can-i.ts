import type { Account } from './tree/index.ts';

/** What every identity may do in every cluster: find out about itself, and read what the server says about its API. */
export const BUILT_IN_RIGHTS: readonly string[] = [
  'create selfsubjectaccessreviews.authorization.k8s.io',
  'create selfsubjectreviews.authentication.k8s.io',
  'create selfsubjectrulesreviews.authorization.k8s.io',
  'get /.well-known/openid-configuration',
  'get /.well-known/openid-configuration/',
  'get /api',
  'get /api/*',
  'get /apis',
  'get /apis/*',
  'get /healthz',
  'get /livez',
  'get /openapi',
  'get /openapi/*',
  'get /openid/v1/jwks',
  'get /openid/v1/jwks/',
  'get /readyz',
  'get /version',
  'get /version/',
];

/** A service account that may do more than the built-in set, and exactly what. */
export interface Grant {
  readonly account: Account;
  /** Where; `*` for a right in the whole cluster, which shows in every namespace. */
  readonly namespace: string;
  /** As `verb resource.group/name`. */
  readonly rights: readonly string[];
  /** Why this account needs them. */
  readonly reason: string;
}

/**
 * Every right that the rendered tree grants, written by hand, and the same in each environment. A right that is missing here
 * fails the test, and so does a line that the cluster does not know: who gives an agent rights says so in this table.
 */
export const grants: readonly Grant[] = [
  {
    account: 'factory/devops',
    namespace: 'factory',
    rights: ['get deployments.apps', 'list deployments.apps'],
    reason: 'it sees whether a roll-out ended',
  },
  {
    account: 'fleetwright/dispatcher',
    namespace: 'factory',
    rights: [
      'create jobs.batch',
      'delete jobs.batch',
      'get deployments/scale.apps',
      'get podtemplates',
      'list events',
      'list jobs.batch',
      'list pods',
      'patch deployments/scale.apps',
      'patch jobs.batch',
      'watch jobs.batch',
    ],
    reason: 'it makes Jobs of tasks, tells why one does not start, and scales pools',
  },
  {
    account: 'fleetwright/dispatcher',
    namespace: '*',
    rights: ['create tokenreviews.authentication.k8s.io'],
    reason: "it asks whose a worker's token is",
  },
];
