import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { type Fleet, FleetwrightError, nearest, Org } from '../constructs/index.ts';

type Stack = (fleet: Fleet) => unknown;

/** What constructs say that are locked. */
const LOCKED = /^Cannot add children .*during synthesis$/;

/**
 * Runs the stack of an org, `stacks/<org>.ts` of the project at `root`, in a fleet. The stack adds its own org, and nothing else.
 *
 * @throws FleetwrightError FW_STACK_INVALID, and what constructs throw, with the line of the stack
 */
export async function addStack(root: string, org: string, fleet: Fleet): Promise<void> {
  const file = join('stacks', `${org}.ts`);
  const path = [join(root, file), join(root, 'stacks', `${org}.js`)].find(existsSync);
  if (path === undefined) throw missingStack(root, org, fleet.environment.name);
  try {
    const stack = (await importModule(path, file))['default'];
    if (typeof stack !== 'function') throw invalidStack(`${file} has no stack: it must export a function (fleet) => Org as its default`);
    runStack(stack as Stack, org, fleet);
  } catch (error) {
    throw findOtherCopy(path, file, error) ?? error;
  }
}

/** What another copy of Fleetwright makes is nothing that this one knows, and fails in ways that tell nobody why. */
function findOtherCopy(path: string, file: string, cause: unknown): FleetwrightError | undefined {
  const own = dirname(import.meta.dirname);
  let other: string;
  try {
    other = dirname(dirname(createRequire(path).resolve('fleetwright')));
  } catch {
    return undefined;
  }
  if (other === own) return undefined;
  const what = `this program is of the Fleetwright in ${own}, and ${file} is written with the one in ${other}`;
  return invalidStack(`${what}; run the fleet's own, such as by 'npx fleetwright'`, cause);
}

async function importModule(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof FleetwrightError) throw cause;
    throw invalidStack(`${placeOfSyntaxError(cause) ?? file} cannot be loaded: ${textOf(cause)}`, cause);
  }
}

/** Node.js tells the file, the line and the column of what it cannot read at the head of the stack trace only. */
function placeOfSyntaxError(error: unknown): string | undefined {
  if (!(error instanceof SyntaxError)) return undefined;
  const [, path, line, indent] = /^(\/.*):(\d+)\n(?:.*\n)+?( *)\^/.exec(error.stack ?? '') ?? [];
  return path === undefined || line === undefined || indent === undefined
    ? undefined
    : `${relative('', path)}:${line}:${indent.length + 1}`;
}

function runStack(stack: Stack, name: string, fleet: Fleet): void {
  const file = join('stacks', `${name}.ts`);
  const before = fleet.node.children;
  let org: unknown;
  try {
    org = stack(fleet);
  } catch (cause) {
    throw stackFailed(file, cause);
  }
  if (org instanceof Promise) {
    org.catch(() => undefined);
    throw invalidStack(`${file} returned a promise: a stack reads nothing and waits for nothing, so its function is not async`);
  }
  if (!(org instanceof Org))
    throw invalidStack(`${file} returned ${org === undefined ? 'nothing' : 'something else'} where it must return its Org`);
  if (org.fleet !== fleet)
    throw invalidStack(`${file} returned an Org of another fleet: create it in the fleet that the function is given`);
  if (org.name !== name)
    throw invalidStack(`${file} returned the org '${org.name}' where '${name}' is expected: the file is named for its org`);
  const after = fleet.node.children;
  const others = [
    ...before.filter((child) => !after.includes(child)),
    ...after.filter((child) => child !== org && !before.includes(child)),
  ];
  if (others.length > 0) {
    const names = others.map(({ node }) => `'${node.id}'`).join(', ');
    throw invalidStack(
      `${file} adds or removes ${names} beside its org '${name}': a stack adds its own org alone; give each org a stack of its own`,
    );
  }
  // Who answers for a stack answers for its org: the stacks that follow cannot add to it.
  org.node.lock();
}

/** What a construct or a value refused, with the line of the stack; anything else as a failure of the stack. */
function stackFailed(file: string, cause: unknown): FleetwrightError {
  const at = lineWithin(file, cause);
  if (cause instanceof RangeError && /call stack/i.test(cause.message)) {
    return invalidStack(`${at} never ends: something calls or refers to itself`, cause);
  }
  if (cause instanceof FleetwrightError) {
    return new FleetwrightError(cause.code, `${at}: ${cause.message.replace(/ \[FW_[A-Z_]+\]$/, '')}`, { cause });
  }
  if (cause instanceof Error && LOCKED.test(cause.message)) {
    return invalidStack(`${at} adds to the org of another stack: a stack adds its own org alone; write it into that org's stack`, cause);
  }
  return invalidStack(`${at} threw: ${textOf(cause)}`, cause);
}

function lineWithin(file: string, cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const frame = stack.split('\n').find((line) => line.includes(file));
  const position = frame === undefined ? undefined : /:(\d+:\d+)\)?$/.exec(frame)?.[1];
  return position === undefined ? file : `${file}:${position}`;
}

function missingStack(root: string, org: string, environment: string): FleetwrightError {
  const close = nearest(org, stackNames(root));
  const hint = close === undefined ? `write it, or take '${org}' out of environments/${environment}.yaml` : `did you mean '${close}'?`;
  return invalidStack(`org '${org}' has no stack: ${join('stacks', `${org}.ts`)} does not exist; ${hint}`);
}

function stackNames(root: string): string[] {
  try {
    return readdirSync(join(root, 'stacks')).map((file) => basename(file, extname(file)));
  } catch {
    return [];
  }
}

/** A stack that cannot be used, and why. */
export function invalidStack(message: string, cause?: unknown): FleetwrightError {
  return new FleetwrightError('FW_STACK_INVALID', message, { cause });
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : typeof cause === 'string' ? cause : inspect(cause);
}
