import type { NodeId, SchemaData, SchemaNode } from '../schema-node.ts';
import { VALUES } from './mutations.ts';

/** Gives a whole number from 0 up to, not including, its argument. */
export type Dice = (sides: number) => number;

// Deep enough to reach a field of a container's probe, small enough for thousands of objects a second.
const DEEPEST = 9;

/** An object of the shape that a node describes, with random fields and mostly fitting values. */
export function grow(data: SchemaData, id: NodeId, dice: Dice, depth = 0): unknown {
  const node = data.nodes[id];
  if (node === undefined || dice(60) === 0) return structuredClone(VALUES[dice(VALUES.length)]);
  const child = (childId: NodeId): unknown => grow(data, childId, dice, depth + 1);
  switch (node.type) {
    case 'object': {
      const keys = Object.keys(node.properties).filter((key) => (node.required ?? []).includes(key) || (depth < DEEPEST && dice(6) === 0));
      return Object.fromEntries(keys.map((key) => [key, child(node.properties[key] ?? -1)]));
    }
    case 'array':
      return Array.from({ length: depth < DEEPEST ? dice(3) : 0 }, () => child(node.items));
    case 'map':
      return Object.fromEntries(['storage', 'cpu', 'a b'].slice(0, dice(4)).map((key) => [key, child(node.values)]));
    default:
      return fitting(node, dice);
  }
}

function fitting(node: SchemaNode, dice: Dice): unknown {
  const types: Readonly<Record<string, readonly string[]>> = {
    boolean: ['boolean'],
    string: ['string'],
    integer: ['number'],
    number: ['number'],
    intOrString: ['number', 'string'],
    quantity: ['number', 'string'],
  };
  if (node.type === 'string' && node.enum !== undefined) return node.enum[dice(node.enum.length)];
  const candidates = VALUES.filter((value) => types[node.type]?.includes(typeof value) ?? true);
  return structuredClone(candidates[dice(candidates.length)]);
}
