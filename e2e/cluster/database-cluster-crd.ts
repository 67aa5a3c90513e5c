import { DATABASE_CLUSTER } from '../../policies/schema/index.ts';
import type { ApiObject } from './resource-paths.ts';

const { apiVersion: _, kind: __, metadata: ___, ...properties } = DATABASE_CLUSTER.properties ?? {};

/**
 * The part of CloudNativePG's `Cluster` that a rendered tree holds, as our own check knows it: the operator's own definition cannot be had as a
 * Go module.
 *
 * @see https://cloudnative-pg.io/docs/
 */
export const databaseClusterCrd: ApiObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'clusters.postgresql.cnpg.io' },
  spec: {
    group: 'postgresql.cnpg.io',
    names: { kind: 'Cluster', listKind: 'ClusterList', plural: 'clusters', singular: 'cluster' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { ...DATABASE_CLUSTER, properties } },
      },
    ],
  },
};
