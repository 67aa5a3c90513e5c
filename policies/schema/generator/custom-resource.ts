import type { JsonSchema } from './json-schema.ts';

/** A text. */
export const TEXT: JsonSchema = { type: 'string' };

/** An object that may hold anything. */
export const ANY: JsonSchema = { type: 'object' };

/** The schema of a custom resource that nobody publishes one for: what all objects have, its `spec`, and what else stands beside that. */
export function customResource(spec: JsonSchema, beside: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  return {
    type: 'object',
    required: ['spec'],
    properties: { apiVersion: TEXT, kind: TEXT, metadata: ANY, spec, ...beside, status: ANY },
  };
}
