import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { ApiObject } from '../cluster/index.ts';

/** Metadata for Argo CD's generator, which is not an API object. */
const NOT_A_MANIFEST = '_app.yaml';

/** One object of a rendered tree. */
export interface RenderedObject {
  readonly object: ApiObject;
  /** The file, relative to the root of the tree. */
  readonly file: string;
}

/** What is rendered for one environment. */
export interface RenderedEnvironment {
  readonly name: string;
  /** Paths of all files with objects. */
  readonly files: readonly string[];
  /** Namespaces first, then in the order of the files: an order in which an empty cluster can take them. */
  readonly objects: readonly RenderedObject[];
}

/** Reads every environment of a rendered tree. A tree without environments, or an environment without objects, is an error. */
export function readRendered(root: string): RenderedEnvironment[] {
  if (!existsSync(root)) throw new Error(`there is no rendered tree in ${root}; write it with: npm run -s fleetwright -- synth`);
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (folders.length === 0)
    throw new Error(`the rendered tree in ${root} has no environments; write them with: npm run -s fleetwright -- synth`);
  return folders.map(({ name }) => readEnvironment(root, name)).sort((a, b) => a.name.localeCompare(b.name));
}

function readEnvironment(root: string, name: string): RenderedEnvironment {
  const files = readdirSync(join(root, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml') && entry.name !== NOT_A_MANIFEST)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const objects = files.flatMap((file) => readObjects(root, file));
  if (objects.length === 0) throw new Error(`the environment ${name} in ${root} has no objects`);
  const isNamespace = ({ object }: RenderedObject) => object.kind === 'Namespace';
  return { name, files, objects: [...objects.filter(isNamespace), ...objects.filter((each) => !isNamespace(each))] };
}

function readObjects(root: string, path: string): RenderedObject[] {
  const file = relative(root, path);
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file} is not YAML: ${document.errors.map(({ message }) => message).join('; ')}`);
    const object = document.toJS() as Partial<ApiObject> | null;
    if (typeof object?.apiVersion !== 'string' || typeof object.kind !== 'string' || typeof object.metadata?.name !== 'string') {
      throw new Error(`${file} holds a document that is no API object; only ${NOT_A_MANIFEST} may`);
    }
    return { object: object as ApiObject, file };
  });
}
