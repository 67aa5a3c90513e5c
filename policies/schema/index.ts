export { CRD_SOURCES, type CrdFile, type CrdSource } from './crd-sources.ts';
export { DATABASE_CLUSTER } from './generator/database-cluster.ts';
export type { SchemaProblem, SchemaRule } from './schema-problem.ts';
export { isKnownKind, knownKinds, validateManifest } from './validate-manifest.ts';
