import {
  ApiAccess,
  Budget,
  Cpu,
  Duration,
  Egress,
  Editor,
  Guardrail,
  ModelDeployment,
  OrgPart,
  Replicas,
  Size,
  Usd,
} from '../../constructs/index.ts';
import { sayAccess, sayHost } from '../graph/describe.ts';

/** Texts are shown up to this length. */
const LONGEST = 200;

/** Values as lines of `prop` → text: `runtime.isolation` → `gvisor`. What is not there has no line. */
export function flatten(value: unknown, path = '', into: Map<string, string> = new Map()): Map<string, string> {
  const text = say(value);
  if (text !== undefined) into.set(path, text);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) if (item !== undefined) flatten(item, path === '' ? name : `${path}.${name}`, into);
  }
  return into;
}

/** A value in a line; `undefined` for what has parts to be said one by one, or nothing to say. */
function say(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return sayList(value);
  if (typeof value === 'string') return value === '' ? undefined : shorten(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') return undefined;
  return sayPart(value) ?? sayUnit(value);
}

/** A list of what can be said in a word each. */
function sayList(items: readonly unknown[]): string | undefined {
  const texts = items.map(say);
  return texts.length === 0 || texts.includes(undefined) ? undefined : texts.join(', ');
}

function sayUnit(value: object): string | undefined {
  if (value instanceof Duration) return value.toHumanString();
  if (value instanceof Size) return value.asString();
  if (value instanceof Cpu || value instanceof Usd || value instanceof Budget) return value.toString();
  if (value instanceof Replicas)
    return value.min === value.max ? String(value.min) : `${value.min} to ${value.max}, at ${value.targetCpuPercent}% CPU`;
  return undefined;
}

function sayPart(value: object): string | undefined {
  if (value instanceof OrgPart) return value.name;
  if (value instanceof Egress) return sayHost(value);
  if (value instanceof ApiAccess) return sayAccess(value);
  if (value instanceof Guardrail) return value.name;
  if (value instanceof ModelDeployment) return `${value.provider} ${value.model} at ${value.host}, with ${value.key.name}`;
  if (value instanceof Editor) return value.image;
  return undefined;
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
