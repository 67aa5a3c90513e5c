import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Refusal } from '../../contract/wire/index.ts';

const OPTIONS = { allErrors: true, removeAdditional: false, strict: false, useDefaults: false, ownProperties: true } as const;

/** Bodies are what they say; a query has nothing but strings, so `limit=5` is read as a number. */
const AJV = {
  body: new Ajv({ ...OPTIONS, coerceTypes: false }),
  text: new Ajv({ ...OPTIONS, coerceTypes: true }),
};

/** How many problems one answer names. */
const MOST = 5;

/** Checks values against a schema, which is compiled when the first one comes. @returns the refusal, if there is something to refuse */
export function compileCheck(schema: unknown, part: 'body' | 'text' = 'body'): (value: unknown) => Refusal | undefined {
  let check: ValidateFunction | undefined;
  return (value) => {
    check ??= AJV[part].compile(withoutIds(schema));
    if (check(value)) return undefined;
    const errors = meantBranches(check.errors ?? []);
    const [first] = errors;
    const more = errors.length > MOST ? [`and ${errors.length - MOST} more`] : [];
    const detail = [...errors.slice(0, MOST).map((error) => `'${pointerOf(error) || '/'}' ${messageOf(error)}`), ...more].join('; ');
    return new Refusal('FW_BODY_INVALID', detail, { at: first === undefined ? undefined : pointerOf(first) });
  };
}

/** Schemas that stand in several others keep their names for the documents; a validator takes a name for a second definition. */
function withoutIds(schema: unknown): object {
  const copy: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$id' && typeof value === 'string' ? undefined : value,
  );
  if (typeof copy !== 'object' || copy === null) throw new Error('A schema is an object');
  return copy;
}

/** Of the branches of a union, only those are meant whose fixed words fit. */
function meantBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const words = errors.filter(isWord).sort((a, b) => depthOf(b) - depthOf(a));
  const refused = words.flatMap(({ schemaPath, instancePath }) => {
    const branch = /^.*\/anyOf\/\d+\//.exec(schemaPath)?.[0];
    return branch === undefined ? [] : [{ branch, instance: instancePath.slice(0, instancePath.lastIndexOf('/')) }];
  });
  const isRefused = ({ schemaPath, instancePath }: ErrorObject) =>
    refused.some(({ branch, instance }) => schemaPath.startsWith(branch) && instancePath.startsWith(instance));
  const meant = errors.filter((error) => error.keyword !== 'anyOf' && !isRefused(error));
  const [word] = words;
  if (meant.length > 0 || word === undefined) return meant.length > 0 ? meant : [...errors];
  // No branch fits: the word itself is wrong.
  const allowedValues = words.filter(({ instancePath }) => instancePath === word.instancePath).flatMap(({ params }) => wordsOf(params));
  return [{ ...word, params: { allowedValues } }];
}

function isWord({ keyword }: ErrorObject): boolean {
  return keyword === 'const' || keyword === 'enum';
}

function depthOf({ instancePath }: ErrorObject): number {
  return instancePath.split('/').length;
}

function wordsOf(params: Record<string, unknown>): unknown[] {
  return Array.isArray(params['allowedValues']) ? params['allowedValues'] : [params['allowedValue']];
}

function pointerOf({ instancePath, keyword, params }: ErrorObject): string {
  const inner: unknown = params[keyword === 'required' ? 'missingProperty' : 'additionalProperty'];
  return typeof inner !== 'string' ? instancePath : `${instancePath}/${inner.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 200)}`;
}

function messageOf({ keyword, message, params }: ErrorObject): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties') return 'is not known here';
  if (Array.isArray(params['allowedValues']) || 'allowedValue' in params)
    return `must be ${wordsOf(params)
      .map((word) => JSON.stringify(word))
      .join(' or ')}`;
  return message ?? keyword;
}
