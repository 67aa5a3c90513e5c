import { readFileSync } from 'node:fs';
import type { SchemaData } from './schema-node.ts';

let data: SchemaData | undefined;

/** The generated schema, read once and when first needed. */
export function schemaData(): SchemaData {
  data ??= JSON.parse(readFileSync(new URL('./generated/schema.json', import.meta.url), 'utf8')) as SchemaData;
  return data;
}
