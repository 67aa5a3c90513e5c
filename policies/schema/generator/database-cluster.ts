import { customResource, TEXT } from './custom-resource.ts';
import type { JsonSchema } from './json-schema.ts';

const INITDB: JsonSchema = {
  type: 'object',
  properties: { database: TEXT, owner: TEXT, postInitApplicationSQL: { type: 'array', items: TEXT } },
};
const QUANTITIES: JsonSchema = {
  type: 'object',
  additionalProperties: { 'x-kubernetes-int-or-string': true, pattern: String.raw`^\d+(\.\d+)?(m|k|[KMGT]i?)?$` },
};

/**
 * `Cluster` of CloudNativePG in `postgresql.cnpg.io/v1`, as far as the dispatcher's database says something: its operator publishes no Go
 * module that can be downloaded.
 *
 * @see https://cloudnative-pg.io/docs/
 */
export const DATABASE_CLUSTER = customResource({
  type: 'object',
  required: ['instances'],
  properties: {
    bootstrap: { type: 'object', properties: { initdb: INITDB } },
    imageName: TEXT,
    instances: { type: 'integer', minimum: 1 },
    resources: { type: 'object', properties: { limits: QUANTITIES, requests: QUANTITIES } },
    storage: { type: 'object', properties: { size: TEXT, storageClass: TEXT } },
  },
});
