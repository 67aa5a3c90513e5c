import type { KeyGroup, NodeId, SchemaNode, TextFacets } from '../schema-node.ts';
import { type Definitions, type JsonSchema, refuseUnknownKeywords } from './json-schema.ts';
import type { NodeTable } from './node-table.ts';
import { toJsPattern } from './pattern.ts';

const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
const REF_PREFIX = '#/definitions/';

// Definitions that OpenAPI v2 cannot say: they take more than one JSON type.
const SPECIAL: Readonly<Record<string, SchemaNode>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'intOrString', ...INT32 },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'quantity' },
};

// The pattern by which custom resources declare a quantity.
const QUANTITY_PATTERN_START = '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]';

/** Turns OpenAPI schemas into nodes. */
export class Converter {
  readonly #table: NodeTable;
  readonly #definitions: Definitions;
  readonly #refine: (name: string, id: NodeId) => NodeId;
  readonly #ids = new Map<string, NodeId>();

  /**
   * @param refine gets each definition's node and returns the one to use in its place.
   */
  constructor(table: NodeTable, definitions: Definitions, refine: (name: string, id: NodeId) => NodeId) {
    this.#table = table;
    this.#definitions = definitions;
    this.#refine = refine;
  }

  /** The node of a named schema. */
  definition(name: string): NodeId {
    const special = SPECIAL[name];
    if (special !== undefined) return this.#table.add(special);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const schema = this.#definitions[name];
    if (schema === undefined) throw new Error(`there is no definition ${name}`);
    const id = this.#refine(name, this.schema(schema, name));
    this.#ids.set(name, id);
    return id;
  }

  /** The node of a schema; `where` is for messages. */
  schema(schema: JsonSchema, where: string): NodeId {
    refuseUnknownKeywords(schema, where);
    if (schema.$ref !== undefined) return this.definition(schema.$ref.slice(REF_PREFIX.length));
    if (schema['x-kubernetes-int-or-string']) return this.#table.add(intOrString(schema));
    if (schema.properties !== undefined) return this.#table.add(this.#object(schema, where));
    if (schema.items !== undefined) return this.#table.add(this.#array(schema, schema.items, where));
    if (typeof schema.additionalProperties === 'object') return this.#table.add(this.#map(schema, schema.additionalProperties, where));
    return this.#table.add(scalar(schema, where));
  }

  #object(schema: JsonSchema, where: string): SchemaNode {
    const properties: Record<string, NodeId> = {};
    for (const [key, child] of Object.entries(schema.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
      properties[key] = this.schema(child, `${where}.${key}`);
    }
    const required = (schema.required ?? []).filter((key) => schema.properties?.[key]?.default === undefined).toSorted();
    const groups = keyGroups(schema, Object.keys(properties), where);
    return {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...(groups.length > 0 && { groups }),
      ...(schema['x-kubernetes-preserve-unknown-fields'] && { open: true }),
    };
  }

  #array(schema: JsonSchema, items: JsonSchema, where: string): SchemaNode {
    const unique = uniqueKeys(schema, this.#resolve(items));
    return { type: 'array', items: this.schema(items, `${where}[]`), ...pick(schema, ['minItems', 'maxItems']), ...(unique && { unique }) };
  }

  #map(schema: JsonSchema, values: JsonSchema, where: string): SchemaNode {
    return { type: 'map', values: this.schema(values, `${where}{}`), ...pick(schema, ['minProperties', 'maxProperties']) };
  }

  #resolve(schema: JsonSchema): JsonSchema {
    return schema.$ref === undefined ? schema : (this.#definitions[schema.$ref.slice(REF_PREFIX.length)] ?? {});
  }
}

function scalar(schema: JsonSchema, where: string): SchemaNode {
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: 'number', ...pick(schema, ['minimum', 'maximum']) };
    case 'integer':
      return { type: 'integer', ...(schema.format === 'int32' && INT32), ...pick(schema, ['minimum', 'maximum']) };
    case 'string':
      return { type: 'string', ...textFacets(schema, where) };
    case 'object':
    case undefined:
      return { type: 'any' };
    default:
      throw new Error(`${where} has the type ${schema.type}, which the generator does not read`);
  }
}

function intOrString(schema: JsonSchema): SchemaNode {
  // A fraction is fine in a built-in kind; the schema of a custom resource wants it in quotes.
  const says = schema.pattern?.startsWith(QUANTITY_PATTERN_START) ? { says: "an amount such as '500m' or '2Gi'" } : {};
  return { type: 'intOrString', ...INT32, ...pattern(schema), ...says, ...pick(schema, ['minLength', 'maxLength']) };
}

function textFacets(schema: JsonSchema, where: string): TextFacets {
  const { format } = schema;
  const facets = { ...pick(schema, ['enum', 'minLength', 'maxLength']), ...pattern(schema) };
  if (format === 'byte' || format === 'cidr' || format === 'date-time') return { ...facets, format };
  // What the API server does not look at, we do not look at either.
  if (format === undefined || format === 'idn-hostname') return facets;
  throw new Error(`${where} has the format ${format}, which the generator does not read`);
}

function pattern(schema: JsonSchema): TextFacets {
  return schema.pattern === undefined ? {} : { pattern: toJsPattern(schema.pattern) };
}

/** The two ways in which the published schemas count keys: `oneOf`/`anyOf` over `required`, and a number of properties. */
function keyGroups(schema: JsonSchema, keys: readonly string[], where: string): KeyGroup[] {
  const groups: KeyGroup[] = [];
  for (const [branches, exclusive] of [[schema.anyOf, false] as const, [schema.oneOf, true] as const]) {
    if (branches === undefined) continue;
    const required = branches.flatMap((branch) => branch.required ?? []);
    if (required.length !== branches.length) throw new Error(`${where} has a oneOf or anyOf that is more than a choice of one key`);
    groups.push({ keys: required, min: 1, max: exclusive ? 1 : required.length });
  }
  const { minProperties = 0, maxProperties = keys.length } = schema;
  if (minProperties > 0 || maxProperties < keys.length) groups.push({ keys, min: minProperties, max: maxProperties });
  return groups;
}

/** What makes two items of a list the same to server-side apply, which refuses to have both. */
function uniqueKeys(schema: JsonSchema, items: JsonSchema): Record<string, string | null> | undefined {
  if (schema['x-kubernetes-list-type'] === 'set') return {};
  if (schema['x-kubernetes-list-type'] !== 'map') return undefined;
  return Object.fromEntries((schema['x-kubernetes-list-map-keys'] ?? []).map((key) => [key, defaultOf(key, items.properties?.[key])]));
}

function defaultOf(key: string, schema: JsonSchema | undefined): string | null {
  if (typeof schema?.default === 'string') return schema.default;
  // OpenAPI v2 of the built-in kinds has no defaults; this is the only one among the keys of their lists.
  return key === 'protocol' ? 'TCP' : null;
}

function pick<K extends keyof JsonSchema>(schema: JsonSchema, keys: readonly K[]): Pick<JsonSchema, K> {
  return Object.fromEntries(keys.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]])) as Pick<JsonSchema, K>;
}
