import type { CrdSource } from '../crd-sources.ts';
import type { NodeId, SchemaData, SchemaNode, SchemaSource } from '../schema-node.ts';
import { BUILT_IN_KINDS } from './built-in-kinds.ts';
import { Converter } from './convert.ts';
import type { Definitions, JsonSchema } from './json-schema.ts';
import { NodeTable } from './node-table.ts';
import type { CustomResource } from './read-crds.ts';
import { refine } from './refine.ts';
import { REFINEMENTS } from './refinements.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const PREFIX = /^io\.k8s\.(api|apimachinery\.pkg\.apis)\./;

// Written by the server alone: apply refuses managed fields, and ignores or overwrites the rest.
const SERVER_FIELDS = ['managedFields'];

const ANY: JsonSchema = { type: 'object' };

/** What the data is made of. */
export interface SchemaInput {
  /** `definitions` of the API server's OpenAPI v2 document. */
  readonly definitions: Definitions;
  readonly customResources: readonly CustomResource[];
  readonly sources: readonly SchemaSource[];
}

/** The trimmed schema of all kinds that a rendered tree may hold. */
export function buildSchemaData({ definitions, customResources, sources }: SchemaInput): SchemaData {
  const table = new NodeTable();
  const unused = new Set(Object.keys(REFINEMENTS));
  const converter = new Converter(table, definitions, (name, id) => {
    const short = name.replace(PREFIX, '');
    unused.delete(short);
    const trimmed = name === OBJECT_META ? table.change(id, [], withoutServerFields) : withAnyStatus(table, id);
    return refine(table, trimmed, REFINEMENTS[short] ?? {});
  });
  const metadata = table.change(converter.definition(OBJECT_META), [], withName);
  const kinds = new Map<string, NodeId>();
  for (const [name, id] of builtInKinds(definitions, converter)) kinds.set(name, withMetadata(table, id, metadata));
  for (const { apiVersion, kind, schema } of customResources) {
    const name = `${apiVersion} ${kind}`;
    unused.delete(name);
    const id = refine(table, converter.schema(trim(schema), kind), REFINEMENTS[name] ?? {});
    kinds.set(name, withMetadata(table, id, metadata));
  }
  if (unused.size > 0) throw new Error(`no definition is called ${[...unused].join(', ')}: correct the refinements`);
  return table.toData(kinds, sources);
}

/** How a Go module is named as a source. */
export function toSchemaSource({ module, version, license }: CrdSource): SchemaSource {
  return { name: module, version, license };
}

/** Without what the generator would only convert to throw it away again. */
function trim(schema: JsonSchema): JsonSchema {
  const text = { type: 'string' };
  const properties: Record<string, JsonSchema> = { ...schema.properties, apiVersion: text, kind: text, metadata: ANY };
  if (properties['status'] !== undefined) properties['status'] = ANY;
  return { ...schema, properties };
}

function* builtInKinds(definitions: Definitions, converter: Converter): Generator<[string, NodeId]> {
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(definitions)) {
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      names.set(`${group === '' ? '' : `${group}/`}${version} ${kind}`, name);
    }
  }
  for (const [apiVersion, kinds] of Object.entries(BUILT_IN_KINDS)) {
    for (const kind of kinds) {
      const name = names.get(`${apiVersion} ${kind}`);
      if (name === undefined) throw new Error(`the OpenAPI document does not define ${apiVersion} ${kind}`);
      yield [`${apiVersion} ${kind}`, converter.definition(name)];
    }
  }
}

function withoutServerFields(node: SchemaNode): SchemaNode {
  if (node.type !== 'object') return node;
  const properties = Object.entries(node.properties).filter(([key]) => !SERVER_FIELDS.includes(key));
  return { ...node, properties: Object.fromEntries(properties) };
}

/** A whole object's `status` is not ours to judge, and is large. */
function withAnyStatus(table: NodeTable, id: NodeId): NodeId {
  const node = table.at(id);
  if (node.type !== 'object' || node.properties['status'] === undefined || node.properties['metadata'] === undefined) return id;
  return table.add({ ...node, properties: { ...node.properties, status: table.add({ type: 'any' }) } });
}

function withName(node: SchemaNode): SchemaNode {
  return node.type === 'object' ? { ...node, required: ['name'] } : node;
}

function withMetadata(table: NodeTable, id: NodeId, metadata: NodeId): NodeId {
  return table.change(id, [], (node) => {
    if (node.type !== 'object') throw new Error('a kind must be an object');
    const required = [...new Set([...(node.required ?? []), 'apiVersion', 'kind', 'metadata'])].toSorted();
    return { ...node, properties: { ...node.properties, metadata }, required };
  });
}
