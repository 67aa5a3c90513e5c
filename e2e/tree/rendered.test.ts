import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readRendered } from './rendered.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

describe('readRendered', () => {
  it('reads namespaces first and the rest in the order of the files, and leaves out what is for Argo CD', () => {
    const root = tree({
      'dev/hello/_app.yaml': 'app: {}\n',
      'dev/hello/_org.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n',
      'dev/hello/greeter.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: c}\n',
      'prod/x.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: d}\n',
    });
    const [dev, prod] = readRendered(root);
    expect(dev?.objects.map(({ object, file }) => `${file} ${object.kind} ${object.metadata.name}`)).toEqual([
      'dev/hello/_org.yaml Namespace b',
      'dev/hello/_org.yaml ConfigMap a',
      'dev/hello/greeter.yaml Secret c',
    ]);
    expect(prod?.name).toBe('prod');
  });

  it('does not take an empty tree for a good one', () => {
    const root = tree({ 'README.md': 'hello' });
    expect(() => readRendered(root)).toThrow(
      `the rendered tree in ${root} has no environments; write them with: npm run -s fleetwright -- synth`,
    );
    expect(() => readRendered(join(root, 'none'))).toThrow(
      /there is no rendered tree in .*none; write it with: npm run -s fleetwright -- synth/,
    );
    expect(() => readRendered(tree({ 'dev/README.md': 'hello' }))).toThrow(/the environment dev in .* has no objects/);
  });

  it('refuses a document that is no API object', () => {
    expect(() => readRendered(tree({ 'dev/x.yaml': 'a: 1\n' }))).toThrow(
      'dev/x.yaml holds a document that is no API object; only _app.yaml may',
    );
    expect(() => readRendered(tree({ 'dev/x.yaml': 'a: [\n' }))).toThrow(/dev\/x.yaml is not YAML: /);
  });
});

function tree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'fleetwright-tree-'));
  folders.push(root);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}
