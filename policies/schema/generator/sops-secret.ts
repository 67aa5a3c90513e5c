import { ANY, customResource, TEXT } from './custom-resource.ts';
import type { JsonSchema } from './json-schema.ts';

const TEXTS: JsonSchema = { type: 'object', additionalProperties: TEXT };
const ANY_LIST: JsonSchema = { type: 'array', items: ANY };
const AGE: JsonSchema = { type: 'array', items: { type: 'object', properties: { enc: TEXT, recipient: TEXT } } };
const PGP: JsonSchema = { type: 'array', items: { type: 'object', properties: { created_at: TEXT, enc: TEXT, fp: TEXT } } };

/**
 * `SopsSecret` of sops-secrets-operator in `isindir.github.com/v1alpha3`, as far as SOPS writes it for age and PGP
 * recipients; the lists of the other key services are let through.
 *
 * @see https://github.com/isindir/sops-secrets-operator
 */
export const SOPS_SECRET = customResource(
  {
    type: 'object',
    required: ['secretTemplates'],
    properties: {
      suspend: { type: 'boolean' },
      secretTemplates: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: TEXT, type: TEXT, labels: TEXTS, annotations: TEXTS, data: TEXTS, stringData: TEXTS },
        },
      },
    },
  },
  {
    sops: {
      type: 'object',
      properties: {
        age: AGE,
        azure_kv: ANY_LIST,
        encrypted_regex: TEXT,
        encrypted_suffix: TEXT,
        gcp_kms: ANY_LIST,
        hc_vault: ANY_LIST,
        kms: ANY_LIST,
        lastmodified: TEXT,
        mac: TEXT,
        pgp: PGP,
        version: TEXT,
      },
    },
  },
);
