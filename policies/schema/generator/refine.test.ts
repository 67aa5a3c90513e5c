import { describe, expect, it } from 'vitest';
import type { NodeId, SchemaData, SchemaNode } from '../schema-node.ts';
import { NodeTable } from './node-table.ts';
import { refine } from './refine.ts';

function nodeAt(data: SchemaData, id: NodeId | undefined): SchemaNode | undefined {
  return id === undefined ? undefined : data.nodes[id];
}

/** A table with an object that holds a list of objects with a text. */
function shelf(): { table: NodeTable; root: NodeId } {
  const table = new NodeTable();
  const title = table.add({ type: 'string' });
  const book = table.add({ type: 'object', properties: { title, isbn: title } });
  const books = table.add({ type: 'array', items: book });
  return { table, root: table.add({ type: 'object', properties: { books, best: book } }) };
}

describe('NodeTable', () => {
  it('keeps equal nodes once', () => {
    const table = new NodeTable();
    expect(table.add({ type: 'boolean' })).toBe(table.add({ type: 'boolean' }));
  });

  it('changes a node on one path and leaves the same node elsewhere', () => {
    const { table, root } = shelf();
    const changed = table.change(root, ['books', '*', 'title'], () => ({ type: 'boolean' }));
    const { kinds, nodes } = table.toData(new Map([['Shelf', changed]]), []);
    const data = { kinds, nodes, sources: [] };
    const shelfNode = nodeAt(data, kinds['Shelf']);
    if (shelfNode?.type !== 'object') throw new Error('not an object');
    const books = nodeAt(data, shelfNode.properties['books']);
    const best = nodeAt(data, shelfNode.properties['best']);
    const book = books?.type === 'array' ? nodeAt(data, books.items) : undefined;
    expect(book?.type === 'object' && nodeAt(data, book.properties['title'])).toEqual({ type: 'boolean' });
    expect(best?.type === 'object' && nodeAt(data, best.properties['title'])).toEqual({ type: 'string' });
  });

  it('hands out only what the kinds need', () => {
    const { table } = shelf();
    const lonely = table.add({ type: 'number' });
    expect(table.toData(new Map([['Number', lonely]]), [])).toEqual({ sources: [], kinds: { Number: 0 }, nodes: [{ type: 'number' }] });
  });

  it('says where a path leads nowhere', () => {
    const { table, root } = shelf();
    expect(() => table.change(root, ['books', 'title'], (node) => node)).toThrow(`there is no 'title' in {"type":"array","items":1}`);
  });
});

describe('refine', () => {
  it('adds required fields, groups and facets', () => {
    const { table, root } = shelf();
    const refined = refine(table, root, {
      '': { required: ['books'] },
      best: { group: { allBut: ['isbn'], min: 1, max: 1 } },
      'books/*/title': { minLength: 1 },
    });
    const node = table.at(refined);
    expect(node).toMatchObject({ required: ['books'] });
    expect(node.type === 'object' && table.at(node.properties['best'] ?? -1)).toMatchObject({
      groups: [{ keys: ['title'], min: 1, max: 1 }],
    });
  });

  it('refuses a facet that the type cannot have', () => {
    const { table, root } = shelf();
    expect(() => refine(table, root, { books: { minLength: 1 } })).toThrow("'books' is of type array and cannot have minLength");
  });

  it('refuses to require a field that does not exist', () => {
    const { table, root } = shelf();
    expect(() => refine(table, root, { best: { required: ['author'] } })).toThrow("'best' has no author");
  });
});
