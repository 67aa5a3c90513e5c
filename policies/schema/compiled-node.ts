import type { ArrayNode, KeyGroup, MapNode, NodeId, ObjectNode, SchemaData, SchemaNode, StringNode } from './schema-node.ts';
import { regExp } from './text-rules.ts';
import type { UniqueKeys } from './unique.ts';

// How `isValid` treats a node. Numbers, because a switch over numbers is a sixth of the time of the whole check faster than one over words.
/** Any text. */
export const TEXT = 0;
/** One of a few values. */
export const ENUM = 1;
/** A text of a length, a pattern or a format. */
export const FACETS = 2;
/** An amount such as `250m` or `1Gi`. */
export const QUANTITY = 3;
/** A whole number within a range. */
export const INTEGER = 4;
/** `true` or `false`. */
export const BOOLEAN = 5;
/** A whole number or a text. */
export const INT_OR_STRING = 6;
/** Any number. */
export const NUMBER = 7;
/** Anything at all. */
export const ANY = 8;
/** A map whose keys are known. */
export const OBJECT = 9;
/** A map whose keys are free. */
export const MAP = 10;
/** A list. */
export const ARRAY = 11;

const NO_GROUP: KeyGroup = { keys: [], min: 0, max: 0 };

/** One field of an object, and what setting it adds to the object's tally. */
export interface Field {
  readonly node: CompiledNode;
  readonly weight: number;
}

/**
 * A schema node made ready for `isValid`. Every node has every field, so that the engine sees one shape; a field that the node's `check`
 * does not use keeps its default.
 */
export class CompiledNode {
  readonly spec: SchemaNode;
  check = ANY;
  minimum = -Infinity;
  maximum = Infinity;
  values: readonly string[] | undefined;
  pattern: RegExp | undefined;
  minSize = 0;
  maxSize = Infinity;
  child: CompiledNode | undefined;
  unique: UniqueKeys | undefined;
  fields: ReadonlyMap<string, Field> = new Map();
  required = 0;
  grouped = false;
  first = NO_GROUP;
  second = NO_GROUP;
  open = false;

  constructor(spec: SchemaNode) {
    this.spec = spec;
  }
}

/** Compiles the nodes of a schema when they are first asked for, each once. */
export class Compiler {
  readonly #data: SchemaData;
  readonly #nodes = new Map<NodeId, CompiledNode>();

  constructor(data: SchemaData) {
    this.#data = data;
  }

  node(id: NodeId): CompiledNode {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    const spec = this.#data.nodes[id];
    if (spec === undefined) throw new RangeError(`the schema has no node ${id}`);
    const node = new CompiledNode(spec);
    this.#nodes.set(id, node);
    this.#fill(node, spec);
    return node;
  }

  #fill(node: CompiledNode, spec: SchemaNode): void {
    switch (spec.type) {
      case 'array':
        node.check = ARRAY;
        node.child = this.node(spec.items);
        node.minSize = spec.minItems ?? 0;
        node.maxSize = spec.maxItems ?? Infinity;
        node.unique = spec.unique && Object.entries(spec.unique);
        break;
      case 'map':
        node.check = MAP;
        node.child = this.node(spec.values);
        node.minSize = spec.minProperties ?? 0;
        node.maxSize = spec.maxProperties ?? Infinity;
        node.pattern = spec.keys === undefined ? undefined : regExp(spec.keys);
        break;
      case 'object':
        node.check = OBJECT;
        node.fields = new Map(
          Object.entries(spec.properties).map(([key, id]) => [key, { node: this.node(id), weight: weightOf(key, spec) }]),
        );
        node.required = spec.required?.length ?? 0;
        [node.first = NO_GROUP, node.second = NO_GROUP] = spec.groups ?? [];
        node.grouped = spec.groups !== undefined;
        node.open = spec.open ?? false;
        break;
      default:
        fillScalar(node, spec);
    }
  }
}

type ScalarNode = Exclude<SchemaNode, ArrayNode | MapNode | ObjectNode>;

const SCALARS = { any: ANY, boolean: BOOLEAN, integer: INTEGER, number: NUMBER, intOrString: INT_OR_STRING, quantity: QUANTITY };

function fillScalar(node: CompiledNode, spec: ScalarNode): void {
  node.check = spec.type === 'string' ? stringCheck(spec) : SCALARS[spec.type];
  if (spec.type === 'string' || spec.type === 'intOrString') {
    node.values = spec.enum;
    node.pattern = spec.pattern === undefined ? undefined : regExp(spec.pattern);
    node.minSize = spec.minLength ?? 0;
    node.maxSize = spec.maxLength ?? Infinity;
  }
  if (spec.type === 'integer') {
    node.minimum = spec.minimum ?? Number.MIN_SAFE_INTEGER;
    node.maximum = spec.maximum ?? Number.MAX_SAFE_INTEGER;
  }
  if (spec.type === 'number' || spec.type === 'intOrString') {
    node.minimum = spec.minimum ?? -Infinity;
    node.maximum = spec.maximum ?? Infinity;
  }
  if (spec.type === 'quantity') node.minimum = spec.minimum ?? -Infinity;
}

function stringCheck({ type: _type, secret: _secret, ...facets }: StringNode): number {
  const used = Object.keys(facets);
  if (used.length === 0) return TEXT;
  return used.length === 1 && facets.enum !== undefined ? ENUM : FACETS;
}

/**
 * An object's tally is the sum of the weights of its fields. One number counts three things, eight bits each: the required fields, then
 * the fields of the first and of the second key group.
 */
function weightOf(key: string, { required, groups }: ObjectNode): number {
  const inGroup = (index: number): number => (groups?.[index]?.keys.includes(key) ? 1 : 0);
  return (required?.includes(key) ? 1 : 0) + (inGroup(0) << 8) + (inGroup(1) << 16);
}

/** Whether a tally has all required fields and the right number from each key group. */
export function isComplete(tally: number, { required, grouped, first, second }: CompiledNode): boolean {
  if (!grouped) return tally === required;
  return (tally & 0xff) === required && isInGroup((tally >> 8) & 0xff, first) && isInGroup(tally >> 16, second);
}

function isInGroup(count: number, group: KeyGroup): boolean {
  return count >= group.min && count <= group.max;
}
