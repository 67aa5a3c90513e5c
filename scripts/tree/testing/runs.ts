import { type CompareOptions, OutputTree, type OutputTreeOptions, type TreeEntry } from '../index.ts';

/** Files with these texts; a text is its own fingerprint. `rendered` collects the paths of those that were rendered. */
export function entriesOf(texts: Readonly<Record<string, string>>, rendered: string[] = []): TreeEntry[] {
  return Object.entries(texts).map(([path, text]) => ({
    path,
    fingerprint: encodeURIComponent(text),
    source: () => `source of ${path}`,
    render: () => {
      rendered.push(path);
      return text;
    },
  }));
}

/** One whole run. */
export function writeTree(place: OutputTreeOptions, entries: Iterable<TreeEntry>, options?: CompareOptions) {
  const tree = OutputTree.open(place);
  try {
    const changes = tree.stage(entries, options);
    return { ...changes, ...tree.commit() };
  } finally {
    tree.close();
  }
}
