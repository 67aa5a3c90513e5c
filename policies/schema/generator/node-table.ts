import type { NodeId, SchemaData, SchemaNode, SchemaSource } from '../schema-node.ts';

/** Collects nodes and keeps equal ones once. */
export class NodeTable {
  readonly #nodes: SchemaNode[] = [];
  readonly #ids = new Map<string, NodeId>();

  /** The id of a node like this one. */
  add(node: SchemaNode): NodeId {
    const key = JSON.stringify(node);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#nodes.length);
    return this.#nodes.push(node) - 1;
  }

  at(id: NodeId): SchemaNode {
    const node = this.#nodes[id];
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  /**
   * The id of a copy of a node in which the node at `path` is changed. A step is a property name, or `*` for the items of an array and
   * the values of a map.
   */
  change(id: NodeId, path: readonly string[], change: (node: SchemaNode) => SchemaNode): NodeId {
    const [step, ...rest] = path;
    const node = this.at(id);
    if (step === undefined) return this.add(change(node));
    if (node.type === 'array' && step === '*') return this.add({ ...node, items: this.change(node.items, rest, change) });
    if (node.type === 'map' && step === '*') return this.add({ ...node, values: this.change(node.values, rest, change) });
    const child = node.type === 'object' ? node.properties[step] : undefined;
    if (node.type !== 'object' || child === undefined) throw new Error(`there is no '${step}' in ${JSON.stringify(node).slice(0, 200)}`);
    return this.add({ ...node, properties: { ...node.properties, [step]: this.change(child, rest, change) } });
  }

  /** What the kinds need, renumbered so that a node follows the nodes it refers to. */
  toData(kinds: ReadonlyMap<string, NodeId>, sources: readonly SchemaSource[]): SchemaData {
    const table = new NodeTable();
    const moved = new Map<NodeId, NodeId>();
    const move = (id: NodeId): NodeId => {
      const known = moved.get(id);
      if (known !== undefined) return known;
      const target = table.add(withChildren(this.at(id), move));
      moved.set(id, target);
      return target;
    };
    const entries = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, id]) => [name, move(id)] as const);
    return { sources, kinds: Object.fromEntries(entries), nodes: table.#nodes };
  }
}

function withChildren(node: SchemaNode, move: (id: NodeId) => NodeId): SchemaNode {
  if (node.type === 'array') return { ...node, items: move(node.items) };
  if (node.type === 'map') return { ...node, values: move(node.values) };
  if (node.type !== 'object') return node;
  const properties = Object.entries(node.properties).map(([key, id]) => [key, move(id)] as const);
  return { ...node, properties: Object.fromEntries(properties) };
}
