import swagger from '@fastify/swagger';
import { CONTRACT_VERSION, ProblemSchema } from '../contract/wire/index.ts';
import type { App } from './app.ts';
import { PROBLEM_TYPE } from './messages/problems.ts';

const REFUSED = { description: 'Refused.', content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } } };

/** Describes the API from the schemas of its routes. @see https://spec.openapis.org/oas/v3.1.0 */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Fleetwright dispatch controller', version: CONTRACT_VERSION, description: 'Hands out tasks to agents.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    refResolver: { buildLocalReference: (schema, _, __, i) => (typeof schema['$id'] === 'string' ? schema['$id'] : `Schema${i}`) },
    transformObject: (document) => ('openapiObject' in document ? complete(document.openapiObject) : document.swaggerObject),
  });
}

/** Adds what every operation may answer, and takes away the names of schemas, which are keys by now. */
function complete<Document extends object>(document: Document): Document {
  const copy = JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key === '$id' && typeof value === 'string') return undefined;
    return key === 'responses' ? { ...(value as object), default: REFUSED } : value;
  }) as Document & { components: { schemas: Record<string, unknown> } };
  const { $id: _, ...problem } = ProblemSchema as typeof ProblemSchema & { readonly $id?: string };
  copy.components.schemas['Problem'] = problem;
  return copy;
}
