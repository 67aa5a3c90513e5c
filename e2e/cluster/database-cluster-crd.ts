import { DATABASE_CLUSTER } from '../../policies/schema/index.ts';
import { ownDefinition } from './own-definition.ts';

const { apiVersion: _, kind: __, metadata: ___, ...properties } = DATABASE_CLUSTER.properties ?? {};

/**
 * The part of CloudNativePG's `Cluster` that a rendered tree holds, as our own check knows it: the operator's own definition cannot be had as a
 * Go module.
 *
 * @see https://cloudnative-pg.io/docs/
 */
export const databaseClusterCrd = ownDefinition(
  { group: 'postgresql.cnpg.io', version: 'v1', kind: 'Cluster', plural: 'clusters' },
  { ...DATABASE_CLUSTER, properties },
);
