import type { KeyGroup, NodeId, ObjectNode, SchemaNode } from '../schema-node.ts';
import type { NodeTable } from './node-table.ts';
import type { GroupRefinement, Refinement, Refinements } from './facets.ts';

const TEXT = ['enum', 'pattern', 'says', 'minLength', 'maxLength', 'format'];
const ENDS = ['minimum', 'maximum'];

/** The facets that each type of node can have. */
const FACETS: Readonly<Record<SchemaNode['type'], readonly string[]>> = {
  any: [],
  boolean: [],
  string: [...TEXT, 'secret'],
  integer: ENDS,
  number: ENDS,
  intOrString: [...TEXT, ...ENDS],
  quantity: ['minimum'],
  array: ['minItems'],
  map: ['keys', 'says', 'minProperties'],
  object: ['required', 'group'],
};

/** The node of a definition with all its refinements. */
export function refine(table: NodeTable, id: NodeId, refinements: Refinements): NodeId {
  return Object.entries(refinements).reduce((refined, [path, refinement]) => {
    const steps = path === '' ? [] : path.split('/');
    return table.change(refined, steps, (node) => add(node, refinement, path));
  }, id);
}

function add(node: SchemaNode, refinement: Refinement, path: string): SchemaNode {
  const wrong = Object.keys(refinement).filter((facet) => !FACETS[node.type].includes(facet));
  if (wrong.length > 0) throw new Error(`'${path}' is of type ${node.type} and cannot have ${wrong.join(', ')}`);
  if (node.type !== 'object') return { ...node, ...refinement } as SchemaNode;
  const required = [...new Set([...(node.required ?? []), ...(refinement.required ?? [])])].toSorted();
  const groups = refinement.group === undefined ? (node.groups ?? []) : [...(node.groups ?? []), toGroup(node, refinement.group)];
  refuseUnknownKeys(node, [...required, ...groups.flatMap((group) => group.keys)], path);
  return { ...node, ...(required.length > 0 && { required }), ...(groups.length > 0 && { groups }) };
}

function toGroup(node: ObjectNode, { keys, allBut = [], min, max }: GroupRefinement): KeyGroup {
  return { keys: keys ?? Object.keys(node.properties).filter((key) => !allBut.includes(key)), min, max };
}

function refuseUnknownKeys(node: ObjectNode, keys: readonly string[], path: string): void {
  const unknown = keys.filter((key) => node.properties[key] === undefined);
  if (unknown.length > 0) throw new Error(`'${path}' has no ${unknown.join(', ')}`);
}
