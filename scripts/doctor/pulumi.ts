import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Environment } from '../../constructs/index.ts';
import { plural } from '../print.ts';
import { notChecked, ok, problem, type Result, warning } from './result.ts';
import { runProgram } from './run-program.ts';

/** The fields of `Pulumi.yaml` that are looked at. @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
interface Project {
  readonly name?: unknown;
  readonly runtime?: unknown;
  readonly main?: unknown;
  readonly stackConfigDir?: unknown;
}

/** Whether those orgs could be delivered from here that environments leave to Pulumi. No backend is asked. */
export async function checkPulumi(root: string, environments: readonly Environment[]): Promise<Result[]> {
  const stacks = environments.flatMap(({ name, orgs }) =>
    Object.entries(orgs).flatMap(([org, { engine }]) => (engine === 'pulumi' ? [`${org}.${name}`] : [])),
  );
  if (stacks.length === 0) return [notChecked('pulumi', 'no environment leaves an org to it')];
  return [await checkVersion(), ...checkProject(root, stacks)];
}

async function checkVersion(): Promise<Result> {
  const { code, stdout, complaint } = await runProgram('pulumi', ['version']);
  const version = /^v?(\d+\.\d+\.\d+\S*)$/m.exec(stdout)?.[1];
  const fix = 'install Pulumi: https://www.pulumi.com/docs/install/';
  if (code !== 0 || version === undefined) return problem('pulumi', complaint, fix);
  return Number(version.split('.')[0]) >= 3 ? ok('pulumi', version) : problem('pulumi', `${version}, which is older than 3`, fix);
}

function checkProject(root: string, stacks: readonly string[]): Result[] {
  const check = 'pulumi project';
  const project = readProject(join(root, 'Pulumi.yaml'));
  if (typeof project === 'string') {
    return [
      problem(
        check,
        project,
        "write it as https://www.pulumi.com/docs/iac/concepts/projects/project-file/ says, or run 'git restore Pulumi.yaml'",
      ),
    ];
  }
  const { name, main, runtime, stackConfigDir = '.' } = project;
  const language: unknown = typeof runtime === 'object' && runtime !== null && 'name' in runtime ? runtime.name : runtime;
  if (language !== 'nodejs') return [problem(check, `its runtime is ${String(language)}`, "set 'runtime: {name: nodejs}' in Pulumi.yaml")];
  if (typeof main === 'string' && !existsSync(join(root, main))) {
    return [problem(check, `its program, ${main}, does not exist`, "correct 'main' in Pulumi.yaml")];
  }
  return [ok(check, String(name)), checkStacks(join(root, String(stackConfigDir)), stacks)];
}

function readProject(file: string): Project | string {
  try {
    const project: unknown = parse(readFileSync(file, 'utf8'));
    return typeof project === 'object' && project !== null ? project : 'Pulumi.yaml holds no fields';
  } catch (error) {
    return `Pulumi.yaml cannot be read: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`;
  }
}

/** Each stack keeps its configuration in a file of its own, `Pulumi.<org>.<env>.yaml`. */
function checkStacks(folder: string, stacks: readonly string[]): Result {
  const check = 'pulumi stacks';
  const missing = stacks.filter((stack) => !existsSync(join(folder, `Pulumi.${stack}.yaml`)));
  const [first] = missing;
  if (first === undefined) return ok(check, `${plural(stacks.length, 'stack')}: ${stacks.join(', ')}`);
  const fix = `run 'pulumi stack init ${first}' and 'pulumi config set fleetwright:context <name of its cluster in your kubeconfig>'`;
  return warning(check, `${missing.join(', ')} not configured, so that nothing delivers what is in it`, fix);
}
