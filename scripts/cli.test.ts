import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetwright, shell } from './testing/command.ts';
import { aProject } from './testing/project.ts';

const NOWHERE = { root: '/' };

/** Loaded before the program: lists its modules on standard error when it ends. */
const LIST_MODULES = `import { registerHooks } from 'node:module';
const urls = new Set();
registerHooks({ load: (url, context, load) => (urls.add(url), load(url, context)) });
process.once('exit', () => process.stderr.write([...urls].filter((url) => url.startsWith('file:')).join('\\n')));`;

/** Modules that a run loads, those of Node.js left out. */
function modulesOf(project: { readonly root: string }, args: string): string[] {
  const { code, stderr } = fleetwright(project, args, {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LIST_MODULES)}`,
  });
  expect(code).toBe(0);
  return stderr.split('\n');
}

describe('fleetwright', { timeout: 60_000 }, () => {
  it('says where a stack is no TypeScript', () => {
    const project = aProject('');
    project.write('stacks/acme.ts', 'export default (fleet) => fleet;\nconst broken = (;\n');
    expect(fleetwright(project, 'synth')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/stacks\/acme\.ts:2:17 cannot be loaded: Expression expected/),
    });
  });

  it('begins its help with examples, and ends it with exit codes', () => {
    const { code, stdout, stderr } = fleetwright(NOWHERE, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples:\n {2}\$ fleetwright init +start a fleet repository in an empty folder\n/);
    for (const command of ['synth', 'check', 'diff', 'list', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^  ${command} \\[options\\]  `, 'm'));
    expect(stdout).toMatch(/\nExit codes:\n {2}0 {2}done.*\n {2}1 {2}rules were broken.*\n {2}2 {2}it could not be done.*\n$/);
  });

  it.each(['synth', 'check', 'diff', 'list', 'doctor'])('does so for %s', (command) => {
    const { code, stdout } = fleetwright(NOWHERE, `help ${command}`);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Examples:\\n  \\$ fleetwright ${command} `));
    expect(stdout).toContain(`\nUsage: fleetwright ${command} [options]\n`);
    expect(stdout).toContain('\nExit codes:\n');
  });

  it('tells its version', () => {
    expect(fleetwright(NOWHERE, '--version')).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it.each([
    ['', /^Examples:/],
    ['snyth', /^error: unknown command 'snyth'\n\(Did you mean synth\?\)\nRun it with --help to see what it takes\.\n$/],
    ['synth --dry-rum', /^error: unknown option '--dry-rum'\n\(Did you mean --dry-run\?\)\n/],
    ['synth dev', /^error: too many arguments for 'synth'\. Expected 0 arguments but got 1: dev\.\n/],
    ['list --output sarif', /^error: option '--output <format>' argument 'sarif' is invalid\. Allowed choices are table, json, yaml\.\n/],
    ...['.', '..', '/', './stacks/..'].map((folder): [string, RegExp] => [
      `synth --out=${folder}`,
      /argument '.*' is invalid\. It holds the project; name a folder of its own\.\n/,
    ]),
    ...['stacks', 'environments/dev', '.cache', '.git/hooks', 'a/.git', '../b/node_modules/c'].map((folder): [string, RegExp] => [
      `check --out=${folder}`,
      /argument '.*' is invalid\. It is kept for something else; name a folder of its own\.\n/,
    ]),
    ['snyth\u001B[31m', /^error: unknown command 'snyth\\u\{1b\}\[31m'\n/],
    ['synth --env \u001B[31mdev', /^there is no environment '\\u\{1b\}\[31mdev'/],
    ['synth --out=', /^error: option '--out <folder>' argument '' is invalid\. Name a folder\.\n/],
    [
      'synth',
      /^\/ is not a fleet: there is no file environments\/<name>\.yaml; go to the folder that has one \[FW_ENVIRONMENT_UNKNOWN\]\n$/,
    ],
  ])("ends with 2 for 'fleetwright %s' outside a project", (args, message) => {
    const { code, stdout, stderr } = fleetwright(NOWHERE, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it.each([
    [
      'list --env devv',
      "there is no environment 'devv': environments/devv.yaml does not exist; did you mean 'dev'? [FW_ENVIRONMENT_UNKNOWN]\n",
    ],
    ['list --org acne', "there is no org 'acne': it is not listed in environments/dev.yaml; did you mean 'acme'? [FW_ORG_UNKNOWN]\n"],
  ])("ends with 2 for 'fleetwright %s'", (args, stderr) => {
    expect(fleetwright(aProject(''), args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('asks for a report of what it did not expect', () => {
    const project = aProject('');
    const hook = "data:text/javascript,JSON.stringify=()=>{throw(Error('no_luck'))}";
    const { code, stderr } = fleetwright(project, 'list', { NODE_OPTIONS: `--import=${hook}` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^This is a defect of Fleetwright; please report it with what follows\.\nError: no_luck\n {4}at /);
  });
});

describe('the output of fleetwright', { timeout: 60_000 }, () => {
  const ESCAPE = '\u001B[';

  it.each([
    ['in a pipe, in CI too', { CI: 'true' }, false],
    ['under FORCE_COLOR', { FORCE_COLOR: '1' }, true],
    ['under FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
    ['under NO_COLOR, whatever else is asked for', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('has colours or not: %s', (_, env, hasColors) => {
    const { code, stdout } = fleetwright(aProject(), 'list', env);
    expect(code).toBe(0);
    expect(stdout.includes(ESCAPE)).toBe(hasColors);
  });

  it('may be read in part', () => {
    const project = aProject("\n  for (let i = 0; i < 3000; i++) new Tool(org, `web-${i}`, { server: McpServer.http('mcp-fetch') });");
    const { stdout, stderr } = shell(project, '{ $FLEETWRIGHT list --output json; echo "ended with $?" >&2; } | head -n 1');
    expect({ stdout, stderr }).toEqual({ stdout: '[\n', stderr: 'ended with 0\n' });
  });

  it('is missed when it cannot be written', () => {
    const { code, stderr } = shell(aProject(''), '$FLEETWRIGHT list > /dev/full');
    expect(code).toBe(2);
    expect(stderr).toBe('The output cannot be written: ENOSPC: no space left on device, write\n');
  });
});

describe('what fleetwright loads', { timeout: 60_000 }, () => {
  it('is few modules for its help', () => {
    const modules = modulesOf(NOWHERE, '--help');
    const ofHelp =
      /\/scripts\/(commands\/[a-z-]+|cli|escape-controls|failure|main|version)\.ts$|\/fleetwright\.js$|\/node_modules\/commander\//;
    expect(modules.filter((url) => !ofHelp.test(url))).toEqual([]);
  });

  it('is few modules of other packages for synth, and neither cdk8s nor a YAML parser', () => {
    const project = aProject();
    fleetwright(project, 'list');
    const modules = modulesOf(project, 'synth');
    expect(modules).toContain(`file://${join(import.meta.dirname, 'synth.ts')}`);
    const ofOthers = modules.flatMap((url) => /\/node_modules\/(.*)$/.exec(url)?.[1] ?? []);
    expect(ofOthers.length).toBeLessThan(30);
    // Units of cdk8s are two files that stand by themselves.
    const heavy = ofOthers.filter((file) => /^(ajv|yaml|cdk8s|cdk8s-[^/]+|@pulumi|@opentelemetry)\//.test(file));
    expect(heavy.sort()).toEqual(['cdk8s/lib/duration.js', 'cdk8s/lib/size.js']);
  });
});
