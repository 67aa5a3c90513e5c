import { describe, expect, it } from 'vitest';
import type { SchemaNode } from '../schema-node.ts';
import { Converter } from './convert.ts';
import type { Definitions, JsonSchema } from './json-schema.ts';
import { NodeTable } from './node-table.ts';

/** The node of a schema, its children replaced by their own nodes where a test looks at them. */
function convert(schema: JsonSchema, definitions: Definitions = {}): { node: SchemaNode; table: NodeTable } {
  const table = new NodeTable();
  return { table, node: table.at(new Converter(table, definitions, (_, id) => id).schema(schema, 'Test')) };
}

const text: JsonSchema = { type: 'string' };

describe('Converter', () => {
  it.each<[string, JsonSchema, SchemaNode]>([
    ['text', { type: 'string', minLength: 1, pattern: '^a' }, { type: 'string', minLength: 1, pattern: '^a' }],
    ['bytes', { type: 'string', format: 'byte' }, { type: 'string', format: 'byte' }],
    ['a format that the server does not check', { type: 'string', format: 'idn-hostname' }, { type: 'string' }],
    ['a 32 bit integer', { type: 'integer', format: 'int32', minimum: 0 }, { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 }],
    ['a 64 bit integer', { type: 'integer', format: 'int64' }, { type: 'integer' }],
    ['a number', { type: 'number', format: 'double', maximum: 1 }, { type: 'number', maximum: 1 }],
    ['a port', { 'x-kubernetes-int-or-string': true }, { type: 'intOrString', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }],
    ['an object without a word about its keys', { type: 'object' }, { type: 'any' }],
    ['a schema that says nothing', { description: 'any JSON' } as JsonSchema, { type: 'any' }],
    ['a Quantity', { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' }, { type: 'quantity' }],
  ])('reads %s', (_, schema, node) => {
    expect(convert(schema).node).toEqual(node);
  });

  it('sorts properties, and does not require what has a default', () => {
    const { node } = convert({ properties: { b: text, a: { type: 'string', default: 'x' } }, required: ['b', 'a'] });
    expect(node).toEqual({ type: 'object', properties: { a: 0, b: 0 }, required: ['b'] });
    expect(Object.keys((node as { properties: object }).properties)).toEqual(['a', 'b']);
  });

  it('keeps an object open where unknown fields are kept', () => {
    expect(convert({ properties: { a: text }, 'x-kubernetes-preserve-unknown-fields': true }).node).toMatchObject({ open: true });
  });

  it('turns choices into key groups', () => {
    const properties = { a: text, b: text };
    const branches = [{ required: ['a'] }, { required: ['b'] }];
    expect(convert({ properties, oneOf: branches }).node).toMatchObject({ groups: [{ keys: ['a', 'b'], min: 1, max: 1 }] });
    expect(convert({ properties, anyOf: branches }).node).toMatchObject({ groups: [{ keys: ['a', 'b'], min: 1, max: 2 }] });
    expect(convert({ properties, minProperties: 1, maxProperties: 1 }).node).toMatchObject({
      groups: [{ keys: ['a', 'b'], min: 1, max: 1 }],
    });
  });

  it('remembers what makes items of a list the same', () => {
    const items = { properties: { port: { type: 'integer' }, protocol: text, group: { type: 'string', default: 'g' } } };
    const list = { type: 'array', items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port', 'protocol', 'group'] };
    expect(convert(list).node).toMatchObject({ unique: { port: null, protocol: 'TCP', group: 'g' } });
    expect(convert({ type: 'array', items: text, 'x-kubernetes-list-type': 'set' }).node).toMatchObject({ unique: {} });
    expect(convert({ type: 'array', items: text, 'x-kubernetes-list-type': 'atomic' }).node).not.toHaveProperty('unique');
  });

  it('converts a definition once, however often it is referred to', () => {
    const seen: string[] = [];
    const table = new NodeTable();
    const definitions = { Text: text, Pair: { properties: { a: { $ref: '#/definitions/Text' }, b: { $ref: '#/definitions/Text' } } } };
    new Converter(table, definitions, (name, id) => (seen.push(name), id)).definition('Pair');
    expect(seen).toEqual(['Text', 'Pair']);
  });

  it.each<[string, JsonSchema, string]>([
    ['a word', { not: {} } as JsonSchema, 'Test uses not, which the generator does not read; teach it or list it as not needed'],
    ['a format', { type: 'string', format: 'ipv9' }, 'Test has the format ipv9, which the generator does not read'],
    ['a type', { type: 'null' }, 'Test has the type null, which the generator does not read'],
    [
      'a choice between more than keys',
      { properties: { a: text }, oneOf: [{ properties: { a: text } }] },
      'Test has a oneOf or anyOf that is more than a choice of one key',
    ],
    ['a reference', { $ref: '#/definitions/Nothing' }, 'there is no definition Nothing'],
  ])('refuses %s that it does not know, rather than dropping it', (_, schema, message) => {
    expect(() => convert(schema)).toThrow(new Error(message));
  });
});
