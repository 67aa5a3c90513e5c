import type { ApiObject } from '../cluster/index.ts';
import { readRendered } from '../tree/index.ts';

/** Org `lab` of environment `dev`, as it is rendered. */
export interface Lab {
  /** What is in its namespace, and that one itself. */
  readonly own: readonly ApiObject[];
  /** Argo CD's objects about it. */
  readonly argo: readonly ApiObject[];
}

/** Reads it from a rendered tree, where Argo CD delivers it. */
export function readLab(tree: string): Lab {
  const dev = readRendered(tree).find(({ name }) => name === 'dev');
  const objects = dev?.objects ?? [];
  const below = (folder: string) => objects.filter(({ file }) => file.startsWith(folder)).map(({ object }) => object);
  return { own: below('dev/lab/'), argo: below('dev/_argocd/lab.yaml') };
}
