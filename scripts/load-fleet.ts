import { setImmediate } from 'node:timers/promises';
import { type Environment, Fleet, FleetwrightError, nearest } from '../constructs/index.ts';
import { environmentNames, loadEnvironment } from '../environments/index.ts';
import { ProcessState } from './process-state.ts';
import { addStack, invalidStack } from './stack.ts';

/** Options by which the commands choose what is loaded. */
export interface SelectionOptions {
  /**
   * Names of environments.
   *
   * @default all; with `org`, those that list one of the orgs
   */
  readonly env?: readonly string[];
  /**
   * Names of orgs. With `fleetwright`, whose dispatcher is told of all orgs, all of them are chosen.
   *
   * @default all that an environment lists
   */
  readonly org?: readonly string[];
}

/** The org of the dispatcher. What stands in it tells of all orgs, so they come with it. */
const PLATFORM = 'fleetwright';

/** Options of `loadFleets`. */
export interface LoadOptions {
  /**
   * Gives each org a fleet of its own, in which its stack finds no other.
   *
   * @default false
   */
  readonly alone?: boolean;
  /**
   * Reads environment files again instead of trusting what was remembered of them.
   *
   * @default false
   */
  readonly fresh?: boolean;
  /**
   * The folder that holds `environments/` and `stacks/`.
   *
   * @default the working directory
   */
  readonly root?: string;
}

/**
 * Builds the chosen fleets of a project, one for each environment: reads its file and runs the stack of each of its orgs.
 *
 * @throws FleetwrightError FW_ENVIRONMENT_UNKNOWN, FW_ENVIRONMENT_INVALID, FW_ORG_UNKNOWN, FW_STACK_INVALID, and what constructs throw
 */
export async function loadFleets(selection: SelectionOptions, options: LoadOptions = {}): Promise<Fleet[]> {
  const { alone = false, root = process.cwd() } = options;
  const state = new ProcessState();
  const environments = await loadEnvironments(root, selection.env, options);
  refuseUnknownOrgs(environments, selection);
  const chosen = new Set(selection.org);
  const fleets: Fleet[] = [];
  for (const environment of environments) {
    const listed = orgsOf(environment);
    const orgs = listed.filter((org) => selection.org === undefined || chosen.has(PLATFORM) || chosen.has(org));
    if (orgs.length === 0 && chosen.size > 0) continue;
    for (const together of alone ? orgs.map((org) => [org]) : [orgs]) {
      const fleet = new Fleet(environment);
      for (const org of together) {
        await addStack(root, org, fleet);
        refuseChange(state, `stacks/${org}.ts`);
      }
      fleets.push(fleet);
    }
  }
  // Promises that a stack has left behind fail now, before anything is written.
  await setImmediate();
  refuseChange(state, 'a stack');
  return fleets;
}

function refuseChange(state: ProcessState, who: string): void {
  const what = state.findChange();
  if (what !== undefined)
    throw invalidStack(`${who} changed ${what}, which all that follows relies on; a stack adds its org and changes nothing else`);
}

async function loadEnvironments(root: string, chosen: readonly string[] | undefined, options: LoadOptions): Promise<Environment[]> {
  const names = [...new Set(chosen ?? environmentNames(root))];
  if (names.length === 0) {
    const why = `${root} is not a fleet: there is no file environments/<name>.yaml; go to the folder that has one`;
    throw new FleetwrightError('FW_ENVIRONMENT_UNKNOWN', why);
  }
  const environments: Environment[] = [];
  for (const name of names) environments.push(await loadEnvironment(root, name, options));
  return environments;
}

/** Where environments are chosen, each of them has to list each org; where they are not, it is enough that one does. */
function refuseUnknownOrgs(environments: readonly Environment[], { env, org = [] }: SelectionOptions): void {
  for (const places of env === undefined ? [environments] : environments.map((environment) => [environment])) {
    const listed = new Set(places.flatMap(orgsOf));
    const unknown = org.find((name) => !listed.has(name));
    if (unknown === undefined) continue;
    const close = nearest(unknown, listed);
    const hint = close === undefined ? `known are ${[...listed].sort().join(', ') || 'none'}` : `did you mean '${close}'?`;
    const files = places.map(({ name }) => `environments/${name}.yaml`).join(', ');
    throw new FleetwrightError('FW_ORG_UNKNOWN', `there is no org '${unknown}': it is not listed in ${files}; ${hint}`);
  }
}

function orgsOf(environment: Environment): string[] {
  return Object.keys(environment.orgs).sort();
}
