import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fleetwright } from '../testing/command.ts';
import { aProject } from '../testing/project.ts';
import { checkNode } from './node.ts';
import { addPrograms, aHealthyProject, examine, pathOf } from './testing.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describe('fleetwright doctor', { timeout: 60_000 }, () => {
  it('finds no problem where there is none', () => {
    const project = aHealthyProject();
    const { code, stderr, results } = examine(project);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(results.map(({ check, status }) => `${status}: ${check}`)).toEqual([
      'ok: node',
      'ok: git',
      'ok: git repository',
      'ok: rendered tree in git',
      'ok: .gitattributes',
      'ok: environment dev',
      'ok: rendered tree',
      'not checked: sops',
      'not checked: age key',
      'not checked: pulumi',
      'warning: kubectl',
      'not checked: cluster',
    ]);
  });

  it('shows each with its fix, for people and for programs', () => {
    const project = aHealthyProject();
    project.write('environments/stage.yaml', 'domain: stage.example.com\n');
    const env = { PATH: pathOf(project), HOME: project.root };
    const { code, stdout } = fleetwright(project, 'doctor', env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ok {11}node {18}\d+\.\d+\.\d+, strips types\n/);
    expect(stdout).toMatch(
      /\nproblem {6}environment stage {5}environments\/stage\.yaml cannot be used: .* \[FW_ENVIRONMENT_INVALID\]\n {35}fix: correct environments\/stage\.yaml;/,
    );
    expect(stdout).toMatch(/\n\n1 problem, 1 warning, 7 ok, 4 not checked\n$/);
    const yaml = fleetwright(project, 'doctor --output yaml', env);
    expect(parse(yaml.stdout)).toEqual(examine(project).results);
  });

  it('ends with 2 where an environment is asked for that does not exist', () => {
    const { code, stdout, stderr } = examine(aHealthyProject(), '--env dve');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("did you mean 'dev'? [FW_ENVIRONMENT_UNKNOWN]");
  });

  it('says so outside of a fleet, and looks at the rest', () => {
    const project = aProject();
    project.remove('environments');
    const { code, of } = examine(project);
    expect(code).toBe(1);
    expect(of('environments')).toEqual({
      check: 'environments',
      status: 'problem',
      found: `${project.root} has no file environments/<name>.yaml`,
      fix: "go to the folder of a fleet, or run 'fleetwright init' in an empty one",
    });
    expect(of('rendered tree')?.status).toBe('not checked');
    expect(of('node')?.status).toBe('ok');
  });

  it('shows no control characters of what it read', () => {
    const project = aHealthyProject();
    project.stack('acme', "\n  throw new Error('\u001B[31mred');");
    const { stdout } = fleetwright(project, 'doctor', { PATH: pathOf(project) });
    expect(stdout).toContain('\\u{1b}[31mred');
  });
});

describe('Node.js', () => {
  it('is the one that the package asks for', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } };
    const oldest = engines.node.replace('>=', '');
    expect(checkNode({ version: `${oldest}.0`, typescript: 'strip' })).toEqual({
      check: 'node',
      status: 'ok',
      found: `${oldest}.0, strips types`,
    });
    expect(checkNode({ version: '22.17.1', typescript: false })).toMatchObject({
      status: 'problem',
      found: `22.17.1, which is older than ${oldest}`,
    });
    expect(checkNode({ version: '20.20.2', typescript: undefined }).status).toBe('problem');
    expect(checkNode({ version: '24.1.0', typescript: false })).toMatchObject({
      status: 'problem',
      found: '24.1.0, which does not strip types, so that no stack can be loaded',
    });
  });
});
// The real kubectl asks a real cluster in e2e/api; what is tested here is what cannot be had of them.
describe('kubectl', { timeout: 60_000 }, () => {
  const VERSION = 'version) echo \'{"clientVersion":{"gitVersion":"v1.36.1"}}\' ;;';
  const withKubectl = (rest: string) => {
    const project = aProject();
    const script = `echo "$*" >> "${project.root}/calls"; case "$1" in ${VERSION} config) echo prod ;; ${rest} esac`;
    addPrograms(project, { kubectl: script });
    return project;
  };

  it('is asked for nothing but its version and context, unless the cluster may be contacted', () => {
    const project = withKubectl('');
    const { code, of } = examine(project);
    expect(code).toBe(1);
    expect(of('kubectl')?.found).toBe('1.36.1');
    expect(of('kubectl context')?.found).toBe('prod');
    expect(of('cluster')).toMatchObject({ status: 'not checked', found: 'not contacted' });
    expect(readFileSync(join(project.root, 'calls'), 'utf8')).toBe('version --client --output=json\nconfig current-context\n');
  });

  it.each([
    ['says nothing', 'exit 0', 'kubectl does not say its version'],
    ['prints no JSON', "printf '\\033[31mno'", 'kubectl does not say its version'],
    ['fails', 'echo "error: broken" >&2; exit 1', 'error: broken'],
  ])('that is there and %s is not to be installed again', (_, script, found) => {
    const project = aProject();
    addPrograms(project, { kubectl: script });
    expect(examine(project).of('kubectl')).toEqual({
      check: 'kubectl',
      status: 'warning',
      found,
      fix: "see what 'kubectl version --client' says",
    });
  });

  it('is a problem where a cluster is to be asked', () => {
    expect(examine(aProject(), '--cluster').of('cluster')).toMatchObject({
      status: 'problem',
      found: 'there is no kubectl that works to ask it with',
    });
  });

  it('that never answers is not waited for', () => {
    const started = performance.now();
    const { of } = examine(withKubectl('*) exec sleep 60 ;;'), '--cluster');
    expect(of('cluster')).toMatchObject({ status: 'problem', found: 'prod does not answer: kubectl did not answer within 10 seconds' });
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
