import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

/** How large a fleet is as data. */
export interface Shape {
  readonly objects: number;
  /** Texts, numbers and truth values. */
  readonly leaves: number;
}

/** The objects in the agents' own files of a rendered tree. What the orgs share comes on top, and only we write it. */
export function shapeOfTree(root: string): Shape {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /agent-\d+\.yaml$/.test(file));
  return shapeOf(files.flatMap((file) => loadAll(readFileSync(join(root, file), 'utf8'))));
}

/** The objects of a file with one JSON document on each line. */
export function shapeOfLines(file: string): Shape {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return shapeOf(lines.map((line) => JSON.parse(line) as unknown));
}

/** The objects of a YAML file. */
export function shapeOfYaml(file: string): Shape {
  return shapeOf(loadAll(readFileSync(file, 'utf8')));
}

function shapeOf(documents: readonly unknown[]): Shape {
  return { objects: documents.length, leaves: documents.reduce<number>((sum, document) => sum + countLeaves(document), 0) };
}

function countLeaves(value: unknown): number {
  if (typeof value !== 'object') return 1;
  return value === null ? 0 : Object.values(value).reduce<number>((sum, item) => sum + countLeaves(item), 0);
}
