import { type Manifest, nearest } from '../../constructs/index.ts';
import { type CompiledNode, Compiler } from './compiled-node.ts';
import { findProblems } from './find-problems.ts';
import { isValid } from './is-valid.ts';
import { schemaData } from './schema-data.ts';
import type { SchemaProblem } from './schema-problem.ts';

const NONE: readonly SchemaProblem[] = Object.freeze([]);

let compiler: Compiler | undefined;

// Two levels, so that looking up a kind does not build a string for each object.
const roots = new Map<string, Map<string, CompiledNode>>();

/**
 * Where an object differs from the schema by which an API server judges it: unknown fields, missing ones, wrong types, values that the
 * server is known to refuse. The empty list is always the same one. What compares two fields of an object, and CEL rules of custom
 * resources, are not looked at. `status` is not ours and passes.
 *
 * A kind without a schema is one problem, with the rule `unknown-kind`; ask `isKnownKind` first where that is to be treated differently.
 */
export function validateManifest(manifest: Manifest): readonly SchemaProblem[] {
  const root = rootOf(manifest.apiVersion, manifest.kind);
  if (root === undefined) return [unknownKind(manifest)];
  return isValid(manifest, root) ? NONE : findProblems(manifest, root);
}

/** Whether there is a schema for a kind in this group and version. */
export function isKnownKind(apiVersion: string, kind: string): boolean {
  return Object.hasOwn(schemaData().kinds, `${apiVersion} ${kind}`);
}

/** All kinds that have a schema, as `<apiVersion> <kind>`, sorted. */
export function knownKinds(): string[] {
  return Object.keys(schemaData().kinds);
}

function rootOf(apiVersion: string, kind: string): CompiledNode | undefined {
  const known = roots.get(apiVersion)?.get(kind);
  if (known !== undefined) return known;
  const data = schemaData();
  const id = isKnownKind(apiVersion, kind) ? data.kinds[`${apiVersion} ${kind}`] : undefined;
  if (id === undefined) return undefined;
  compiler ??= new Compiler(data);
  const root = compiler.node(id);
  const siblings = roots.get(apiVersion) ?? new Map<string, CompiledNode>();
  roots.set(apiVersion, siblings.set(kind, root));
  return root;
}

function unknownKind({ apiVersion, kind }: Manifest): SchemaProblem {
  const got = `${apiVersion} ${kind}`;
  const sameKind = knownKinds().find((name) => name.endsWith(` ${kind}`));
  const meant = sameKind ?? nearest(got, knownKinds());
  const hint = meant === undefined ? `known are ${knownKinds().join(', ')}` : `did you mean ${meant}?`;
  return { rule: 'unknown-kind', prop: '/kind', must: 'be a kind that has a schema', got, hint };
}
