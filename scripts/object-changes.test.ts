import { describe, expect, it } from 'vitest';
import { addedObjects, objectChanges } from './object-changes.ts';

const MAP = 'apiVersion: v1\ndata:\n  a: "1"\n  b.txt: "2"\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: acme\n';
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: acme\n';

describe('objectChanges', () => {
  it('finds objects that came, went and changed, whatever their order', () => {
    const other = MAP.replace('name: a', 'name: b');
    const before = [NAMESPACE, MAP, other].join('---\n');
    const after = [MAP.replace('"1"', '"9"').replace('b.txt', 'c.txt'), NAMESPACE.replace('acme', 'news'), other].join('---\n');
    expect(objectChanges(before, after)).toEqual([
      { change: 'changed', fields: ['data.a', "data.'b.txt'", "data.'c.txt'"], kind: 'ConfigMap', object: 'ConfigMap acme/a' },
      { change: 'added', fields: [], kind: 'Namespace', object: 'Namespace news' },
      { change: 'removed', fields: [], kind: 'Namespace', object: 'Namespace acme' },
    ]);
  });

  it.each([
    ['lists', 'spec: {a: [1, {b: 2}]}', 'spec: {a: [1, {b: 3}]}', ['spec.a[1].b']],
    ['another type', 'spec: {a: [1]}', 'spec: {a: {b: 1}}', ['spec.a']],
    ['a field that is gone', 'spec: {a: 1}', 'spec: {}', ['spec.a']],
    ['the first three', 'spec: {a: 1, b: 1, c: 1, d: 1}', 'spec: {a: 2, b: 2, c: 2, d: 2}', ['spec.a', 'spec.b', 'spec.c']],
  ])('names fields: %s', (_, before, after, fields) => {
    expect(objectChanges(`${NAMESPACE}${before}\n`, `${NAMESPACE}${after}\n`)).toMatchObject([{ change: 'changed', fields }]);
  });

  it('finds nothing where only the form differs', () => {
    expect(objectChanges(NAMESPACE, '---\napiVersion: "v1"\nmetadata: {name: acme}\nkind: Namespace\n')).toEqual([]);
  });

  it.each([
    ['no YAML', '<<<<<<< HEAD\n\t{'],
    ['an alias without its anchor', `${NAMESPACE}spec: *a\n`],
    ['no objects', 'a text\n--- \n- 1\n---\nkind: 3\n---\nkind: A\n---\nkind: A\nmetadata: b\n---\nnull\n'],
  ])('takes %s for nothing', (_, before) => {
    expect(objectChanges(before, NAMESPACE)).toMatchObject([{ change: 'added', object: 'Namespace acme' }]);
  });
});

describe('addedObjects', () => {
  it('names the objects of what was rendered, and nothing else', () => {
    const rendered = [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'acme' } }, { app: { name: 'a' } }];
    expect(addedObjects(rendered)).toEqual([{ change: 'added', fields: [], kind: 'Secret', object: 'Secret acme/a' }]);
  });
});
