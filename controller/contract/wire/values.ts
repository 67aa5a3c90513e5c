import { Type, type TObject, type TProperties, type TRecord, type TSchema, type TSchemaOptions } from 'typebox';
import { LIMITS } from './limits.ts';

/** An object that has these fields and no others: a misspelt field is an error, not a default. */
export function closed<const Properties extends TProperties>(properties: Properties, options: TSchemaOptions = {}): TObject<Properties> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** Name of an org, an agent or a skill, as Kubernetes has it. */
export const NameSchema = Type.String({ pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', minLength: 1, maxLength: 63 });

/** Values by name. Without the option, keys that are no names would pass unchecked. */
export function byName<Value extends TSchema>(value: Value): TRecord<string, Value> {
  return Type.Record(NameSchema, value, { additionalProperties: false });
}

/** What the store gives an id to: tasks, questions, lease tokens. */
export const IdSchema = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });

/** A short text for people. */
export const TextSchema = Type.String({ minLength: 1, maxLength: LIMITS.text });

/** A key that the caller chooses, such as `github:delivery:72d3162e`. */
export const KeySchema = Type.String({ minLength: 1, maxLength: 256 });

/** A point in time of the database's clock, ISO 8601 in UTC. */
export const TimeSchema = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' });

/** An amount of money in millionths of a US dollar: 1,500,000 is 1.50 USD. */
export const MoneySchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Millionths of a US dollar.' });

/** Whole seconds. */
export const SecondsSchema = Type.Integer({ minimum: 0, maximum: LIMITS.seconds });

/** Any JSON value, within the limits of its message. */
export const JsonSchema = Type.Unknown();
