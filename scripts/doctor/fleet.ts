import type { Environment, Fleet } from '../../constructs/index.ts';
import { FleetwrightError } from '../../constructs/index.ts';
import { environmentNames, loadEnvironment } from '../../environments/index.ts';
import { Judgement } from '../judgement.ts';
import { loadFleets } from '../load-fleet.ts';
import { COMMAND, plural } from '../print.ts';
import { coveredPaths, treeEntries } from '../tree-entries.ts';
import { diffTree } from '../tree/index.ts';
import { notChecked, ok, problem, type Result } from './result.ts';

/** The environments that can be used, and what was found about all that were looked at. */
export interface Environments {
  readonly results: readonly Result[];
  readonly environments: readonly Environment[];
}

/**
 * Reads environments anew.
 *
 * @param chosen names; `undefined` for all
 * @throws FleetwrightError FW_ENVIRONMENT_UNKNOWN for a chosen name that no file has
 */
export async function readEnvironments(root: string, chosen: readonly string[] | undefined): Promise<Environments> {
  const results: Result[] = [];
  const environments: Environment[] = [];
  const names = listNames(root, results);
  for (const name of chosen === undefined ? names : new Set(chosen)) {
    try {
      const environment = await loadEnvironment(root, name, { fresh: true });
      environments.push(environment);
      results.push(
        ok(`environment ${name}`, `environments/${name}.yaml is valid, with ${plural(Object.keys(environment.orgs).length, 'org')}`),
      );
    } catch (error) {
      if (!(error instanceof FleetwrightError) || (chosen !== undefined && !names.includes(name))) throw error;
      results.push(problem(`environment ${name}`, sentencesOf(error), `correct environments/${name}.yaml; your editor knows its schema`));
    }
  }
  if (results.length > 0) return { results, environments };
  const fix = `go to the folder of a fleet, or run '${COMMAND} init' in an empty one`;
  return { results: [problem('environments', `${root} has no file environments/<name>.yaml`, fix)], environments };
}

function listNames(root: string, results: Result[]): readonly string[] {
  try {
    return environmentNames(root);
  } catch (error) {
    if (!(error instanceof FleetwrightError)) throw error;
    results.push(problem('environments', sentencesOf(error), 'rename the file'));
    return [];
  }
}

/** The fleets, where their stacks run, and whether the rendered tree is what they say. */
export interface Fleets {
  readonly result: Result;
  readonly fleets: readonly Fleet[];
}

/** Compares the rendered tree with what stacks say, without trusting any cache. */
export async function checkTree(root: string, out: string, environments: readonly Environment[]): Promise<Fleets> {
  const check = 'rendered tree';
  if (environments.length === 0) return { result: notChecked(check, 'no environment can be used'), fleets: [] };
  const selection = { env: environments.map(({ name }) => name) };
  try {
    const fleets = await loadFleets(selection, { root });
    const judgement = new Judgement(fleets, { today: new Date().toISOString().slice(0, 10) });
    if (judgement.hasErrors) return { result: broken(check), fleets };
    const { added, changed, removed } = diffTree(treeEntries(fleets, judgement), { root: out, ...coveredPaths(fleets, selection) });
    const stale = [...added, ...changed, ...removed].sort();
    if (judgement.hasErrors) return { result: broken(check), fleets };
    if (stale.length === 0) return { result: ok(check, `${out} is what the stacks say`), fleets };
    const found = `${plural(stale.length, 'file')} of ${out} not what the stacks say, such as ${stale[0]}`;
    return { result: problem(check, found, `run '${COMMAND} synth' and commit what it writes`), fleets };
  } catch (error) {
    if (!(error instanceof FleetwrightError)) throw error;
    return { result: problem(check, sentencesOf(error), 'correct what the message names'), fleets: [] };
  }
}

function broken(check: string): Result {
  return problem(check, 'the stacks break rules, so that nothing can be rendered', `run '${COMMAND} check' and correct what it finds`);
}

/** A list of problems in one line. */
function sentencesOf({ message }: Error): string {
  return message.replace(/:\s*\n\s*- /, ': ').replace(/\s*\n\s*(?:- )?/g, '; ');
}
