import { hash } from 'node:crypto';
import { Construct } from 'constructs';
import {
  Agent,
  BrokeredSecret,
  type Dispatcher,
  type Environment,
  InvalidValueError,
  isPipeline,
  Model,
  ModelGateway,
  type Org,
  OrgPart,
  Secret,
  Tool,
  Trigger,
} from '../constructs/index.ts';
import { rendererVersion } from './renderer-version.ts';
import { toPipeline, toTrigger } from './work-json.ts';

/** Up to this many characters a description is kept as it is. */
const LONGEST = 100;

/** Short texts of what was described before: value objects never change, nor do constructs, but for agents. */
const known = new WeakMap<object, string>();
const environments = new WeakMap<Environment, string>();

/**
 * Stands for everything that the file of an agent or a tool depends on: its description, all that it refers to, its
 * environment, and the renderers themselves. Equal fingerprints promise equal files.
 */
export function fingerprint(part: Agent | Tool): string {
  return part instanceof Agent ? agentFingerprint(part, agentShape(part)) : digest(prefixOf(part.org) + describe(part));
}

/** As `fingerprint`, for an agent of which `agentShape` is known. */
export function agentFingerprint({ instructions, name, org }: Agent, shape: string): string {
  return digest(prefixOf(org) + describeText(name) + describeText(instructions) + shape);
}

/** What describes an agent but for its name and instructions. It is described anew each time, because patches may be added to it. */
export function agentShape(agent: Agent): string {
  const { instructions, patches } = agent;
  return `${instructions === '' ? 'silent' : ''}${describeFields(agent, 'instructions')}${patches.length === 0 ? '' : describe(patches)}`;
}

/**
 * As `fingerprint`, for what the parts of an org share. Of agents it holds only what the org's objects say about them, so
 * that new instructions do not change what all agents depend on.
 */
export function orgFingerprint(org: Org): string {
  let text = prefixOf(org) + describeFields(org);
  for (const part of org.children) {
    if (part instanceof Agent) text += describeAgentForOrg(part);
    else if (part instanceof ModelGateway || part instanceof Model || part instanceof Secret) text += describe(part);
    else if (part instanceof BrokeredSecret || part instanceof Tool) text += describe(part);
    // Its secret is not the org's.
    else if (part instanceof Trigger) text += describe(part.secret);
    // A stack's own objects have a file of their own; when it goes as a whole, it is this one that tells.
    else if (!(part instanceof OrgPart)) text += describeText(part.node.id);
  }
  return digest(text);
}

/** As `fingerprint`, for what `fleet.json` says of an org. */
export function fleetFingerprint(org: Org): string {
  let text = prefixOf(org) + describe(org.budget);
  for (const part of org.children) {
    if (part instanceof Agent) text += describeAgentForFleet(part);
    else if (isPipeline(part)) text += describeText(part.name) + describe(toPipeline(part));
    else if (part instanceof Trigger) text += describeText(part.name) + describe(toTrigger(part));
  }
  return digest(text);
}

/** As `fingerprint`, for the dispatcher, which is told of all orgs. */
export function dispatcherFingerprint(dispatcher: Dispatcher): string {
  const { hooks, org } = dispatcher;
  const orgs = org.fleet.orgs.map(fleetFingerprint).join(' ');
  return digest(ownFingerprint(dispatcher) + orgs + describe(hooks.map(({ secret }) => secret)));
}

/** As `dispatcherFingerprint`, without what other orgs have to do with it. */
export function ownFingerprint(dispatcher: Dispatcher): string {
  return digest(prefixOf(dispatcher.org) + describe(dispatcher));
}

/** As `fingerprint`, for files that depend on a text and the environment alone. */
export function textFingerprint(environment: Environment, text: string): string {
  return digest(`${environmentDigest(environment)}${text}`);
}

function prefixOf(org: Org): string {
  return environmentDigest(org.fleet.environment) + describeText(org.name);
}

/** The environment counts as a whole: what it changes is rarely one part. */
function environmentDigest(environment: Environment): string {
  let text = environments.get(environment);
  if (text === undefined) {
    text = digest(rendererVersion() + JSON.stringify(environment));
    environments.set(environment, text);
  }
  return text;
}

function describeAgentForOrg({ name, run, models, tools, memory, egress, budget, rateLimit, guardrails }: Agent): string {
  const pieces = [run, models, tools, memory, egress, budget, rateLimit, guardrails];
  return pieces.reduce<string>((text, piece) => text + describe(piece), describeText(name));
}

/** The names of models and tools alone, as the file says no more of them. */
function describeAgentForFleet({ budget, models, name, run, runtime, skills, tools }: Agent): string {
  let text = describeText(name) + describe(run) + describeText(runtime.image) + describe(budget) + describe(skills);
  if (models !== undefined) {
    const { primary, reasoning, summarization, toolCalling } = models;
    text += describeText(primary.name) + describe(reasoning?.name) + describe(toolCalling?.name) + describe(summarization?.name);
  }
  text += '[';
  for (const tool of tools) text += describeText(tool.name);
  return `${text}]`;
}

/** A text that differs for different values. Each piece tells its length or ends with a mark, so that no two run into each other. */
function describe(value: unknown): string {
  if (typeof value === 'string') return describeText(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? describeList(value) : describeObject(value);
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new InvalidValueError('fingerprint', { prop: 'value', must: 'be data, as a fleet is described by data alone', got: value });
  }
  return `${String(value)};`;
}

function describeText(text: string): string {
  return `${text.length}"${text}`;
}

function describeList(list: readonly unknown[]): string {
  if (list.length === 0) return '[]';
  let text = `${list.length}[`;
  for (const item of list) text += describe(item);
  return text;
}

function describeObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  // Only what cannot change is remembered: a plain object may be one that a stack still fills.
  if (isPlain && !Object.isFrozen(value)) return describeFields(value);
  let text = known.get(value);
  if (text === undefined) {
    const path = value instanceof Construct ? describeText(value.node.path) : '';
    text = shorten(
      (isPlain ? '' : value.constructor.name) + path + (value instanceof Map ? describeList([...value]) : describeFields(value)),
    );
    known.set(value, text);
  }
  return text;
}

function describeFields(value: object, except?: string): string {
  let text = '{';
  for (const key in value) {
    if (key === 'node' || key === except) continue;
    const field = (value as Readonly<Record<string, unknown>>)[key];
    if (field !== undefined) text += describeText(key) + describe(field);
  }
  return `${text}}`;
}

/** Long texts become digests, so that what is often referred to stays cheap. */
function shorten(text: string): string {
  return text.length > LONGEST ? digest(text) : text;
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url');
}
