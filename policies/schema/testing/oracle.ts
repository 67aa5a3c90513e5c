import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import type { KeyGroup, ObjectNode, SchemaData, SchemaNode, TextFacets } from '../schema-node.ts';

// Written down a second time on purpose: an oracle that shares code with what it judges would share its mistakes.
const AMOUNT = '^[-+]?([0-9]+|[0-9]+\\.[0-9]*|\\.[0-9]+)(|[KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]+)$';
const OCTET = '([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])';
const FORMATS: Readonly<Record<string, RegExp>> = {
  byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  cidr: new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}/([0-9]|[12][0-9]|3[0-2])$|^(::|fd00::)/[0-9]{1,2}$`),
  'date-time': /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/,
};

const amount = { anyOf: [{ type: 'number' }, { type: 'string', pattern: AMOUNT }] };

/** Judges objects by the same data with another engine. */
export class Oracle {
  readonly #ajv = new Ajv({ strict: false, formats: FORMATS });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(data: SchemaData) {
    this.#ajv.addKeyword({ keyword: 'uniqueBy', type: 'array', validate: isUniqueBy, errors: false });
    this.#ajv.addSchema({ $id: 'nodes', $defs: Object.fromEntries(data.nodes.map((node, id) => [id, toJsonSchema(node)])) });
    for (const [kind, id] of Object.entries(data.kinds)) this.#validators.set(kind, this.#ajv.compile({ $ref: `nodes${ref(id).$ref}` }));
  }

  /** Whether an object of a kind (`<apiVersion> <kind>`) is valid. */
  accepts(kind: string, value: unknown): boolean {
    const validate = this.#validators.get(kind);
    if (validate === undefined) throw new Error(`no kind ${kind}`);
    return validate(value);
  }
}

function ref(id: number): { $ref: string } {
  return { $ref: `#/$defs/${id}` };
}

function toJsonSchema(node: SchemaNode): AnySchemaObject {
  switch (node.type) {
    case 'any':
      return { not: { type: 'null' } };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return { type: 'string', ...facets(node) };
    case 'quantity':
      return node.minimum === undefined
        ? amount
        : { allOf: [amount, { not: { type: 'string', pattern: '^-' } }, { minimum: node.minimum }] };
    case 'integer':
      return { type: 'integer', minimum: node.minimum ?? Number.MIN_SAFE_INTEGER, maximum: node.maximum ?? Number.MAX_SAFE_INTEGER };
    case 'number':
      return { type: 'number', ...defined({ minimum: node.minimum, maximum: node.maximum }) };
    case 'intOrString':
      return {
        anyOf: [
          { type: 'integer', ...defined({ minimum: node.minimum, maximum: node.maximum }) },
          { type: 'string', ...facets(node) },
        ],
      };
    case 'array':
      return {
        type: 'array',
        items: ref(node.items),
        ...defined({ minItems: node.minItems, maxItems: node.maxItems, uniqueBy: node.unique }),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: ref(node.values),
        ...(node.keys !== undefined && { propertyNames: { pattern: node.keys } }),
        ...defined({ minProperties: node.minProperties, maxProperties: node.maxProperties }),
      };
    case 'object':
      return objectSchema(node);
  }
}

function objectSchema({ properties, required = [], groups = [], open }: ObjectNode): AnySchemaObject {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).map(([key, id]) => [key, ref(id)])),
    required,
    additionalProperties: open === true,
    allOf: groups.map(groupSchema),
  };
}

function groupSchema({ keys, min, max }: KeyGroup): AnySchemaObject {
  const each = keys.map((key) => ({ required: [key] }));
  const exactlyOne = { oneOf: each };
  if (min === 1) return max === 1 ? exactlyOne : { anyOf: each };
  return { anyOf: [exactlyOne, { not: { anyOf: each } }] };
}

function facets({ enum: values, pattern, minLength, maxLength, format }: TextFacets): AnySchemaObject {
  return defined({ enum: values, pattern, minLength, maxLength, format });
}

function defined(schema: AnySchemaObject): AnySchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}

function isUniqueBy(keys: Readonly<Record<string, string | null>>, items: readonly unknown[]): boolean {
  const names = Object.entries(keys);
  const identities = items.map((item) =>
    names.length === 0
      ? JSON.stringify(item)
      : JSON.stringify(names.map(([key, absent]) => (item as Record<string, unknown>)?.[key] ?? absent)),
  );
  return new Set(identities).size === items.length;
}
