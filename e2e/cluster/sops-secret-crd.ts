import { ownDefinition } from './own-definition.ts';

const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };

function listOf(...fields: readonly string[]): Record<string, unknown> {
  return { type: 'array', items: { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, text])) } };
}

const secretTemplate = {
  type: 'object',
  required: ['name'],
  properties: { name: text, type: text, labels: texts, annotations: texts, data: texts, stringData: texts },
};

/** What SOPS writes beside the encrypted fields. */
const sops = {
  type: 'object',
  properties: {
    age: listOf('enc', 'recipient'),
    pgp: listOf('created_at', 'enc', 'fp'),
    lastmodified: text,
    mac: text,
    version: text,
    encrypted_regex: text,
    encrypted_suffix: text,
  },
};

/**
 * The part of the SOPS secrets operator's `SopsSecret` that a rendered tree holds: encryption for age and PGP keys. Written
 * here because the operator's own definition cannot be had as a Go module.
 *
 * @see https://github.com/isindir/sops-secrets-operator
 */
export const sopsSecretCrd = ownDefinition(
  { group: 'isindir.github.com', version: 'v1alpha3', kind: 'SopsSecret', plural: 'sopssecrets' },
  {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        required: ['secretTemplates'],
        properties: { suspend: { type: 'boolean' }, secretTemplates: { type: 'array', minItems: 1, items: secretTemplate } },
      },
      sops,
      status: { type: 'object', properties: { message: text } },
    },
  },
);
