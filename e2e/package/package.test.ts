import { beforeAll, describe, expect, it } from 'vitest';
import { globSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { currentSession, measure } from '../session.ts';
import { anInstallation } from './newcomer.ts';
import { packOnce, type Tarball } from './tarball.ts';
import type { Terminal } from './terminal.ts';

const LARGEST = 1_000_000;

const PROGRAM = /^build\/((agent|controller|scripted-model|shared|worker)\/)?[a-z0-9-]+\.js$/;

/** What the controller reads beside itself: its SQL, and its page, whose files are named for what they hold. */
const CONTROLLERS = /^build\/controller\/([a-z-]+\.sql|web\/(assets\/)?[-\w]+\.(css|html|js|svg))$/;
const TYPES = /^build\/types\/(index|(charts|constructs|controller\/contract|environments|policies|scripts)\/[-a-z0-9/]+)\.d\.ts$/;

const ENVIRONMENTS = ['dev', 'prod', 'staging'];

/** All that is neither a program nor a type. */
const RESOURCES = [
  'LICENSE',
  'README.md',
  'package.json',
  'build/THIRD-PARTY-LICENSES.txt',
  'build/help.txt',
  ...['agent', 'controller', 'scripted-model', 'shared', 'worker'].map((name) => `build/${name}/package.json`),
  ...['agent_auth', 'guardrails', 'meter'].map((name) => `build/${name}.py`),
  ...['bash', 'fish', 'zsh'].map((shell) => `build/completion.${shell}`),
  ...['environment', 'tools', 'tools-lock'].map((name) => `build/${name}.schema.json`),
  'build/generated/schema.json',
  ...readdirSync('docs/errors').map((page) => `build/errors/${page}`),
  'build/estate/tools.lock',
  'build/estate/tools.yaml',
  ...['factory', 'fleetwright', 'hello', 'lab'].map((org) => `build/estate/stacks/${org}.ts`),
  ...globSync('stacks/transcripts/**/*.yaml').map((file) => `build/estate/${file}`),
  ...ENVIRONMENTS.map((name) => `build/estate/environments/${name}.yaml`),
  ...ENVIRONMENTS.map((name) => `build/estate/environments/secrets/${name}/factory.deploy-key.yaml`),
  ...ENVIRONMENTS.map((name) => `build/estate/environments/secrets/${name}/lab.notes-url.yaml`),
  ...['README.md', 'gitattributes', 'gitignore', 'pull-request.yaml', 'tsconfig.json', 'vscode-settings.json'].map(
    (file) => `build/repository/${file}`,
  ),
];

const { run } = currentSession();
let tarball: Tarball;
let terminal: Terminal;

beforeAll(async () => {
  tarball = await packOnce(process.cwd(), run);
  terminal = await anInstallation({ run, tarball, nodeFolder: dirname(process.execPath) });
  await terminal.run('npx fleetwright init');
});

describe('The packed package', () => {
  it('is small', () => {
    measure(run, { subject: 'tarball', what: 'kilobytes', value: Math.ceil(tarball.size / 1000) });
    expect(tarball.size).toBeLessThan(LARGEST);
  });

  it('holds programs, types, and these files', () => {
    expect(tarball.files.filter((path) => PROGRAM.test(path))).toEqual(
      expect.arrayContaining([
        'build/controller/main.js',
        'build/fleetwright.js',
        'build/index.js',
        'build/policies.js',
        'build/worker/main.js',
      ]),
    );
    expect(tarball.files.filter((path) => TYPES.test(path))).toEqual(
      expect.arrayContaining(['build/types/index.d.ts', 'build/types/policies/index.d.ts']),
    );
    const others = tarball.files.filter((path) => ![PROGRAM, TYPES, CONTROLLERS].some((known) => known.test(path)));
    expect(others).toEqual([...RESOURCES].sort());
    expect(tarball.files).toEqual(expect.arrayContaining(['build/controller/tables.sql', 'build/controller/web/index.html']));
  });

  it('opens these doors, and no others', async () => {
    const load = (name: string) => terminal.try(`node --input-type=module --eval "await import('${name}')"`);
    for (const name of ['fleetwright', 'fleetwright/policies']) expect(await load(name)).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['fleetwright/build/cli.js', 'fleetwright/package.json', 'fleetwright/constructs']) {
      expect((await load(name)).stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
    }
  });

  it('gives stacks, rules and the program the same classes', async () => {
    // The program takes an Org for one by its class, and rules take constructs for what they are.
    writeFileSync(
      join(terminal.folder, 'stacks', 'hello.ts'),
      `import { type Fleet, Org } from 'fleetwright';
import { judgeTree, RULES } from 'fleetwright/policies';

export default (fleet: Fleet): Org => {
  const org = new Org(fleet, 'hello');
  if (typeof judgeTree !== 'function' || RULES.length === 0) throw new Error('no rules');
  return org;
};
`,
    );
    expect(await terminal.run('npx fleetwright list')).toMatchObject({ stdout: 'No agents, tools, pipelines or triggers.\n', stderr: '' });
    const judged = await terminal.run(
      `node --input-type=module --eval "
        import * as fleetwright from 'fleetwright';
        import * as policies from 'fleetwright/policies';
        const denied = Object.create(policies.PolicyDeniedError.prototype);
        console.log(denied instanceof fleetwright.FleetwrightError);"`,
    );
    expect(judged.stdout).toBe('true\n');
  });

  it('prints the help that it was built with', async () => {
    const { stdout } = await terminal.run('npx fleetwright help');
    expect(stdout).toContain('Exit codes:');
    expect(await terminal.run('npx fleetwright --help')).toMatchObject({ stdout, stderr: '' });
  });

  it('needs no registry once it is installed', async () => {
    expect(await terminal.run('npx fleetwright --version')).toMatchObject({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});
