import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Fleet, FleetwrightError, nearest, Org } from '../constructs/index.ts';

type Stack = (fleet: Fleet) => unknown;

/**
 * Runs the stack of an org, `stacks/<org>.ts` of the project at `root`, in a fleet.
 *
 * @throws FleetwrightError FW_STACK_INVALID, and what constructs throw, with the line of the stack
 */
export async function addStack(root: string, org: string, fleet: Fleet): Promise<void> {
  const file = join('stacks', `${org}.ts`);
  const path = [join(root, file), join(root, 'stacks', `${org}.js`)].find(existsSync);
  if (path === undefined) throw missingStack(root, org, fleet.environment.name);
  const stack = (await importModule(path, file))['default'];
  if (typeof stack !== 'function') throw invalid(`${file} has no stack: it must export a function (fleet) => Org as its default`);
  runStack(stack as Stack, org, fleet);
}

async function importModule(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof FleetwrightError) throw cause;
    throw invalid(`${file} cannot be loaded: ${textOf(cause)}`, cause);
  }
}

function runStack(stack: Stack, name: string, fleet: Fleet): void {
  const file = join('stacks', `${name}.ts`);
  let org: unknown;
  try {
    org = stack(fleet);
  } catch (cause) {
    throw stackFailed(file, cause);
  }
  if (org instanceof Promise) {
    org.catch(() => undefined);
    throw invalid(`${file} returned a promise: a stack reads nothing and waits for nothing, so its function is not async`);
  }
  if (!(org instanceof Org))
    throw invalid(`${file} returned ${org === undefined ? 'nothing' : 'something else'} where it must return its Org`);
  if (org.fleet !== fleet) throw invalid(`${file} returned an Org of another fleet: create it in the fleet that the function is given`);
  if (org.name !== name) throw invalid(`${file} returned the org '${org.name}' where '${name}' is expected: the file is named for its org`);
}

/** What a construct or a value refused, with the line of the stack; anything else as a failure of the stack. */
function stackFailed(file: string, cause: unknown): FleetwrightError {
  const at = lineWithin(file, cause);
  if (cause instanceof RangeError && /call stack/i.test(cause.message)) {
    return invalid(`${at} never ends: something calls or refers to itself`, cause);
  }
  if (cause instanceof FleetwrightError) {
    return new FleetwrightError(cause.code, `${at}: ${cause.message.replace(/ \[FW_[A-Z_]+\]$/, '')}`, { cause });
  }
  return invalid(`${at} threw: ${textOf(cause)}`, cause);
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
  return invalid(`org '${org}' has no stack: ${join('stacks', `${org}.ts`)} does not exist; ${hint}`);
}

function stackNames(root: string): string[] {
  try {
    return readdirSync(join(root, 'stacks')).map((file) => basename(file, extname(file)));
  } catch {
    return [];
  }
}

function invalid(message: string, cause?: unknown): FleetwrightError {
  return new FleetwrightError('FW_STACK_INVALID', message, { cause });
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : String(cause);
}
