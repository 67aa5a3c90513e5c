import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isClusterKind } from '../../../constructs/index.ts';
import type { CrdFile, CrdSource } from '../crd-sources.ts';
import type { JsonSchema } from './json-schema.ts';

/** The schema of one custom resource. */
export interface CustomResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: JsonSchema;
}

interface CustomResourceDefinition {
  readonly spec: {
    readonly group: string;
    readonly scope: 'Cluster' | 'Namespaced';
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: JsonSchema } }[];
  };
}

/** The custom resources of a Go module, which `go` downloads and verifies against the checksum database. */
export function readCustomResources(source: CrdSource): CustomResource[] {
  const directory = download(source);
  return source.files.map((file) => ({
    apiVersion: file.apiVersion,
    kind: file.kind,
    schema: readSchema(join(directory, file.path), file),
  }));
}

function download({ module, version, sum }: CrdSource): string {
  // Outside any module, so that no go.mod near the working directory has a say.
  const answer = execFileSync('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: tmpdir(), encoding: 'utf8' });
  const { Dir: directory, Sum: found } = JSON.parse(answer) as { Dir: string; Sum: string };
  if (found !== sum) throw new Error(`${module}@${version} has the hash ${found}, but ${sum} is pinned`);
  return directory;
}

function readSchema(path: string, { apiVersion, kind }: CrdFile): JsonSchema {
  const { spec } = parse(readFileSync(path, 'utf8')) as CustomResourceDefinition;
  if ((spec.scope === 'Cluster') !== isClusterKind(`${spec.group}/${kind}`))
    throw new Error(`${kind} is of scope ${spec.scope}: correct the list of cluster kinds`);
  const version = spec.versions.find(({ name }) => `${spec.group}/${name}` === apiVersion);
  if (version === undefined || spec.names.kind !== kind) throw new Error(`${path} does not define ${apiVersion} ${kind}`);
  return version.schema.openAPIV3Schema;
}
