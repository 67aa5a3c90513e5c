import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fleet, FleetwrightError, nearest, Org } from '../constructs/index.ts';
import { environmentNames, loadEnvironment } from '../environments/index.ts';

/** Options by which the commands choose what is loaded. */
export interface SelectionOptions {
  /** Names of environments; all when left out. */
  readonly env?: readonly string[];
  /** Names of orgs; all that an environment lists when left out. */
  readonly org?: readonly string[];
}

/** What `loadFleet` needs. */
export interface LoadFleetOptions {
  /** The folder that holds `environments/` and `stacks/`. */
  readonly root: string;
  /** Name of the environment. */
  readonly environment: string;

  /**
   * The orgs to load.
   *
   * @default all that the environment lists
   */
  readonly orgs?: readonly string[];
}

/**
 * Builds the fleet of one environment: reads its file and runs the stack of each of its orgs.
 *
 * @throws FleetwrightError FW_ENVIRONMENT_UNKNOWN, FW_ENVIRONMENT_INVALID, FW_ORG_UNKNOWN, FW_STACK_INVALID, and what constructs throw
 */
export async function loadFleet({ root, environment: name, orgs }: LoadFleetOptions): Promise<Fleet> {
  const environment = await loadEnvironment(root, name);
  const listed = Object.keys(environment.orgs).sort();
  for (const org of orgs ?? []) refuseUnknownOrg(org, listed, name);
  const fleet = new Fleet(environment);
  for (const org of orgs ?? listed) runStack(await importStack(root, org, name), org, fleet);
  return fleet;
}

/**
 * Builds the chosen fleets of the project in the working directory, one for each environment.
 *
 * @throws FleetwrightError as `loadFleet`, and FW_ENVIRONMENT_UNKNOWN where there is no environment at all
 */
export async function loadFleets({ env, org }: SelectionOptions): Promise<Fleet[]> {
  const root = process.cwd();
  const environments = env ?? environmentNames(root);
  if (environments.length === 0) {
    throw new FleetwrightError('FW_ENVIRONMENT_UNKNOWN', `${root} is not a fleet: there is no file environments/<name>.yaml; go to the folder that has one`);
  }
  const fleets: Fleet[] = [];
  for (const environment of environments) fleets.push(await loadFleet({ root, environment, ...(org && { orgs: org }) }));
  return fleets;
}

type Stack = (fleet: Fleet) => unknown;

function refuseUnknownOrg(org: string, listed: readonly string[], environment: string): void {
  if (listed.includes(org)) return;
  const close = nearest(org, listed);
  const hint = close === undefined ? `it has ${listed.join(', ') || 'none'}` : `did you mean '${close}'?`;
  throw new FleetwrightError('FW_ORG_UNKNOWN', `environment '${environment}' has no org '${org}': environments/${environment}.yaml does not list it; ${hint}`);
}

async function importStack(root: string, org: string, environment: string): Promise<Stack> {
  const file = join('stacks', `${org}.ts`);
  const path = [join(root, file), join(root, 'stacks', `${org}.js`)].find(existsSync);
  if (path === undefined) {
    const close = nearest(org, stackNames(root));
    const hint = close === undefined ? `write it, or take '${org}' out of environments/${environment}.yaml` : `did you mean '${close}'?`;
    throw new FleetwrightError('FW_STACK_INVALID', `org '${org}' has no stack: ${file} does not exist; ${hint}`);
  }
  const module = await importModule(path, file);
  const stack = module['default'];
  if (typeof stack === 'function') return stack as Stack;
  throw new FleetwrightError('FW_STACK_INVALID', `${file} has no stack: it must export a function (fleet) => Org as its default`);
}

async function importModule(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    if (cause instanceof FleetwrightError) throw cause;
    throw new FleetwrightError('FW_STACK_INVALID', `${file} cannot be loaded: ${textOf(cause)}`, { cause });
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
    throw new FleetwrightError('FW_STACK_INVALID', `${file} returned a promise: a stack reads nothing and waits for nothing, so its function is not async`);
  }
  if (!(org instanceof Org)) throw new FleetwrightError('FW_STACK_INVALID', `${file} returned ${org === undefined ? 'nothing' : 'something else'} where it must return its Org`);
  if (org.fleet !== fleet) throw new FleetwrightError('FW_STACK_INVALID', `${file} returned an Org of another fleet: create it in the fleet that the function is given`);
  if (org.name !== name) throw new FleetwrightError('FW_STACK_INVALID', `${file} returned the org '${org.name}' where '${name}' is expected: the file is named for its org`);
}

/** What a construct or a value refused, with the line of the stack; anything else as a failure of the stack. */
function stackFailed(file: string, cause: unknown): FleetwrightError {
  const at = lineWithin(file, cause);
  if (cause instanceof RangeError && /call stack/i.test(cause.message)) {
    return new FleetwrightError('FW_STACK_INVALID', `${at} never ends: something calls or refers to itself`, { cause });
  }
  if (cause instanceof FleetwrightError) {
    return new FleetwrightError(cause.code, `${at}: ${cause.message.replace(/ \[FW_[A-Z_]+\]$/, '')}`, { cause });
  }
  return new FleetwrightError('FW_STACK_INVALID', `${at} threw: ${textOf(cause)}`, { cause });
}

function lineWithin(file: string, cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const frame = stack.split('\n').find((line) => line.includes(file));
  const position = frame === undefined ? undefined : /:(\d+:\d+)\)?$/.exec(frame)?.[1];
  return position === undefined ? file : `${file}:${position}`;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : String(cause);
}

function stackNames(root: string): string[] {
  try {
    return readdirSync(join(root, 'stacks')).map((file) => basename(file, '.ts'));
  } catch {
    return [];
  }
}
