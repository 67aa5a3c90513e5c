import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

describe('The schemas of files that people write', () => {
  // `parse.ts` takes them as they are.
  it.each(['environment', 'tools', 'tools-lock'])('are schemas: %s', (name) => {
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, `${name}.schema.json`), 'utf8')) as object;
    const ajv = new Ajv();
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
  });
});
