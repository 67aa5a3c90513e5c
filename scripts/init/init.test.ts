import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fleetwright, shell } from '../testing/command.ts';
import { aFolder, put, snapshot } from '../tree/testing/places.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const NOBODY = 65534;

/** An empty folder with a telling name. */
function anEmptyFolder(): string {
  const root = join(aFolder(), 'acme-fleet');
  mkdirSync(root);
  return root;
}

/** All files of a new repository, but for what Git keeps. */
function filesOf(root: string): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshot(root)).filter(([path]) => !path.startsWith('.git/')));
}

/** Stands in for the installed package: with the constructs that the program itself has. */
function install(root: string): void {
  const folder = join(root, 'node_modules', 'fleetwright');
  put(join(folder, 'package.json'), JSON.stringify({ name: 'fleetwright', type: 'module', exports: './index.js' }));
  put(join(folder, 'index.js'), `export * from ${JSON.stringify(join(REPOSITORY, 'index.ts'))};\n`);
}

describe('fleetwright init', { timeout: 60_000 }, () => {
  it('says what it has written, and what to do next', () => {
    const root = anEmptyFolder();
    expect(fleetwright({ root }, 'init')).toEqual({
      code: 0,
      stderr: '',
      stdout: `Started a fleet repository in ${root}
  + .gitattributes
  + .github/CODEOWNERS
  + .github/workflows/pull-request.yaml
  + .gitignore
  + .vscode/settings.json
  + README.md
  + environments/dev.yaml
  + package.json
  + stacks/hello.ts
  + stacks/transcripts/hello/digest.yaml
  + tsconfig.json
Note: the URL https://git.example.com/platform/fleet.git and the domain fleet.example.com in environments/ are examples: put your own there.

Next:
  npm install  # TypeScript, and the lock file that the workflow installs by
  npm start    # renders the fleet into rendered/, and judges it
  git add --all && git commit --message 'Start the fleet'
`,
    });
    expect(shell({ root }, 'git symbolic-ref HEAD').stdout).toBe('refs/heads/main\n');
  });

  it.each(['minimal', 'full'])('starts a repository whose first synth, check and commit pass, from the template %s', (template) => {
    const root = anEmptyFolder();
    expect(fleetwright({ root }, `init --template ${template}`)).toMatchObject({ code: 0, stderr: '' });
    install(root);
    expect(fleetwright({ root }, 'synth')).toMatchObject({ code: 0, stderr: '' });
    expect(fleetwright({ root }, 'check')).toMatchObject({ code: 0, stderr: '' });
    expect(shell({ root }, 'git add --all && git commit --quiet --message Start && git status --short')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(fleetwright({ root }, 'diff')).toMatchObject({ code: 0, stdout: 'No differences.\n' });
    expect(fleetwright({ root }, 'synth').stdout).toContain('Done: 0 added, 0 changed, 0 removed');
  });

  it('takes all of the example into the larger template', () => {
    const root = anEmptyFolder();
    fleetwright({ root }, 'init --template full');
    const { environments, stacks } = Object.groupBy(Object.keys(filesOf(root)), (path) => path.split('/')[0] ?? '');
    expect(stacks?.filter((path) => !path.includes('transcripts'))).toEqual(
      ['factory', 'fleetwright', 'hello', 'lab'].map((name) => `stacks/${name}.ts`),
    );
    expect(stacks?.filter((path) => path.includes('transcripts'))).toHaveLength(7);
    expect(environments?.filter((path) => !path.includes('secrets'))).toEqual(
      ['dev', 'prod', 'staging'].map((name) => `environments/${name}.yaml`),
    );
    expect(environments?.filter((path) => path.includes('secrets'))).toHaveLength(6);
  });

  it('locks those images in the smaller template that are used', () => {
    const root = anEmptyFolder();
    fleetwright({ root }, 'init');
    install(root);
    fleetwright({ root }, 'synth');
    const imagesIn = (texts: readonly string[]) => new Set(texts.join('').match(/registry\.example\.com\/fleet\/[-\w/@:]+/g));
    const rendered = Object.entries(filesOf(root)).filter(([path]) => path.startsWith('rendered/'));
    expect(imagesIn([readFileSync(join(root, 'environments/dev.yaml'), 'utf8')])).toEqual(imagesIn(rendered.map(([, text]) => text)));
  });

  it('puts a name, a URL and a domain where they belong', () => {
    const root = anEmptyFolder();
    const names = '--name ours --repo https://github.com/acme/fleet.git --domain fleet.acme.com';
    expect(fleetwright({ root }, `init --template full ${names}`).stdout).not.toContain('Note:');
    const files = filesOf(root);
    expect(files['README.md']).toMatch(/^# ours\n\n```sh\nnpm ci && npm start .*\nnpm test .*\n```\n/);
    expect(files['package.json']).toMatch(/^\{\n {2}"name": "ours",\n/);
    expect(files['.github/CODEOWNERS']?.split('\n').slice(1, 4)).toEqual([
      '*                         @acme/platform',
      '/stacks/factory.ts        @acme/engineering',
      '/rendered/*/factory/      @acme/engineering',
    ]);
    for (const [name, domain] of Object.entries({ dev: 'dev.', prod: '', staging: 'staging.' })) {
      const text = files[`environments/${name}.yaml`];
      expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/node_modules\/fleetwright\/build\/environment\.schema\.json\n/);
      expect(text).toContain(`\ndomain: ${domain}fleet.acme.com\n`);
      expect(text).toContain('\n  repo: https://github.com/acme/fleet.git\n');
    }
    expect(Object.values(files).join('\n')).not.toMatch(/git\.example\.com|\bfleet\.example\.com|constructs\/index\.ts|#region|oxlint/);
  });

  it('leaves the example estate as it is, but for these', () => {
    const root = anEmptyFolder();
    fleetwright({ root }, 'init --template full');
    for (const name of ['dev', 'prod', 'staging']) {
      const textIn = (folder: string) => readFileSync(join(folder, 'environments', `${name}.yaml`), 'utf8');
      const isOurs = (line: string) => /# (yaml-language-server|#(end)?region)/.test(line);
      const linesIn = (folder: string) =>
        textIn(folder)
          .split('\n')
          .filter((line) => !isOurs(line));
      expect(linesIn(root)).toEqual(linesIn(REPOSITORY));
    }
  });

  it('pins what Fleetwright itself is tested with', () => {
    const root = anEmptyFolder();
    fleetwright({ root }, 'init');
    const own = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toEqual({
      name: 'acme-fleet',
      private: true,
      type: 'module',
      engines: own['engines'],
      scripts: {
        start: 'fleetwright synth',
        test: 'npm run types && fleetwright check',
        types: 'tsc --noEmit',
        fleetwright: 'fleetwright',
      },
      dependencies: { fleetwright: own['version'] },
      devDependencies: {
        '@types/node': own['devDependencies']?.['@types/node'],
        typescript: own['devDependencies']?.['typescript'],
      },
    });
  });

  it('takes the URL from the origin of the repository, without what signs in there', () => {
    const root = anEmptyFolder();
    shell({ root }, `git init --quiet && git remote add origin https://ada:${'secret'}@github.com/acme/fleet.git`);
    expect(fleetwright({ root }, 'init').stdout).toContain(
      '\nNote: the domain fleet.example.com in environments/ is an example: put your own there.\n',
    );
    expect(readFileSync(join(root, 'environments/dev.yaml'), 'utf8')).toContain('\n  repo: https://github.com/acme/fleet.git\n');
    expect(Object.values(filesOf(root)).join('')).not.toContain('secret@');
  });

  it.each(['/srv/git/fleet.git', `ssh://git:${'secret'}@github.com/acme/fleet.git`])(
    'takes no origin that Argo CD cannot use: %s',
    (origin) => {
      const root = anEmptyFolder();
      shell({ root }, `git init --quiet && git remote add origin ${origin}`);
      expect(fleetwright({ root }, 'init').stdout).toContain('\nNote: the URL https://git.example.com/platform/fleet.git and the domain');
    },
  );

  it('goes on where npm and Git have been, and keeps what package.json says', () => {
    const root = anEmptyFolder();
    shell({ root }, 'git init --quiet --initial-branch=trunk');
    const before = { name: 'ours', license: 'MIT', dependencies: { fleetwright: 'file:fleetwright-0.1.0.tgz' } };
    put(join(root, 'package.json'), JSON.stringify(before));
    put(join(root, 'package-lock.json'), '{}');
    put(join(root, '.npmrc'), '');
    put(join(root, 'fleetwright-0.1.0.tgz'), '');
    install(root);
    const { code, stdout } = fleetwright({ root }, 'init');
    expect(code).toBe(0);
    expect(stdout).toContain('\n  ~ package.json\n');
    expect(stdout).not.toContain('takes fleetwright from');
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({ ...before, type: 'module' });
    expect(shell({ root }, 'git symbolic-ref HEAD').stdout).toBe('refs/heads/trunk\n');
  });

  it('tells that a package beside the repository cannot be installed from elsewhere', () => {
    const root = anEmptyFolder();
    put(join(root, 'package.json'), JSON.stringify({ dependencies: { fleetwright: 'file:../fleetwright-0.1.0.tgz' } }));
    expect(fleetwright({ root }, 'init').stdout).toContain(
      '\nNote: package.json takes fleetwright from ../fleetwright-0.1.0.tgz, which is not in the repository, so that the workflow cannot install it: put it in here, or into a registry.\n',
    );
  });

  it('lets no package.json steer the terminal', () => {
    const root = anEmptyFolder();
    put(join(root, 'package.json'), JSON.stringify({ dependencies: { fleetwright: 'file:../\u001B[31mred.tgz' } }));
    expect(fleetwright({ root }, 'init').stdout).toContain('takes fleetwright from ../\\u{1b}[31mred.tgz, which');
  });

  it('makes the folder that it is given, and leads there', () => {
    const root = aFolder();
    const { code, stdout } = shell({ root }, '$FLEETWRIGHT init "our fleets/first one" --name fleet');
    expect(code).toBe(0);
    expect(stdout).toContain(`\n  cd 'our fleets/first one' && npm install  # `);
    expect(Object.keys(filesOf(join(root, 'our fleets/first one')))).toContain('stacks/hello.ts');
  });

  it.each([
    ['that is no name', { name: 'My \u001B[31mFleet' }, 'acme-fleet'],
    ['that is a name', { name: '@acme/ours' }, '@acme/ours'],
  ])('takes a name from package.json %s', (_, found, name) => {
    const root = anEmptyFolder();
    put(join(root, 'package.json'), JSON.stringify(found));
    expect(fleetwright({ root }, 'init').code).toBe(0);
    expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n')[0]).toBe(`# ${name}`);
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject(found);
  });

  it('takes from the name of the folder what can be one of a package', () => {
    const root = aFolder();
    for (const folder of ['Flotte Ünïcode', 'b'.repeat(230), '日本']) expect(fleetwrightIn(root, folder).code).toBe(0);
    const nameIn = (folder: string) => (JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as { name: string }).name;
    expect(nameIn('Flotte Ünïcode')).toBe('flotte-n-code');
    expect(nameIn('b'.repeat(230))).toBe('b'.repeat(214));
    expect(nameIn('日本')).toBe('fleet');
  });

  it('does without Git, and says what to do', () => {
    const root = anEmptyFolder();
    const { code, stdout } = fleetwright({ root }, 'init', { PATH: dirname(process.execPath) });
    expect(code).toBe(0);
    expect(stdout).toContain("\nNote: Git is not installed: install it, and run 'git init --initial-branch=main' here.\n");
  });

  it('makes no repository within another, and says what comes of it', () => {
    const root = aFolder();
    shell({ root }, 'git init --quiet');
    const { code, stdout } = fleetwright({ root }, 'init fleet');
    expect(code).toBe(0);
    expect(stdout).toContain(
      `\nNote: The folder is within the repository ${root}. Argo CD and the workflow look for their files at the top of one: move the folder out, and run 'git init' in it.\n`,
    );
    expect(Object.keys(snapshot(join(root, 'fleet'))).some((path) => path.startsWith('.git/'))).toBe(false);
  });
});

describe('fleetwright init where it cannot', { timeout: 60_000 }, () => {
  it('overwrites nothing, and lists what is in the way', () => {
    const root = anEmptyFolder();
    put(join(root, 'stacks/mine.ts'), 'mine\n');
    put(join(root, 'README.md'), 'mine\n');
    const before = snapshot(root);
    expect(fleetwright({ root }, 'init')).toEqual({
      code: 2,
      stdout: '',
      stderr: `No repository was started in ${root}, which has to be empty but for what npm and Git make; move away what is in the way:
  - README.md
  - stacks [FW_OUTPUT_UNSAFE]\n`,
    });
    expect(snapshot(root)).toEqual(before);
  });

  it('does not list more than can be read', () => {
    const root = anEmptyFolder();
    for (let index = 0; index < 30; index++) put(join(root, `file-${index}`), '');
    expect(fleetwright({ root }, 'init').stderr).toMatch(/(\n {2}- file-\d+){20}\n {2}- and 10 more \[FW_OUTPUT_UNSAFE\]\n$/);
  });

  it.each([
    ['{', /\n {2}- package\.json: it is no JSON: .* \[FW_OUTPUT_UNSAFE\]\n$/],
    ['[]', /\n {2}- package\.json: it holds no object \[FW_OUTPUT_UNSAFE\]\n$/],
    [
      '{ "scripts": { "start": "node ." } }',
      /\n {2}- package\.json: its 'scripts\.start' is "node \.", where "fleetwright synth" is needed; rename or remove it \[FW_OUTPUT_UNSAFE\]\n$/,
    ],
  ])('leaves a package.json alone that it cannot complete: %s', (text, message) => {
    const root = anEmptyFolder();
    put(join(root, 'package.json'), text);
    expect(fleetwright({ root }, 'init')).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(snapshot(root)).toEqual({ 'package.json': text });
  });

  it('does not rename a package', () => {
    const root = anEmptyFolder();
    put(join(root, 'package.json'), '{ "name": "ours" }');
    expect(fleetwright({ root }, 'init --name other')).toEqual({
      code: 2,
      stdout: '',
      stderr: `No repository was started: its package.json calls it "ours" already, and --name 'other'; leave one of them out [FW_USAGE]\n`,
    });
  });

  it('takes an empty name for no folder, as a variable that is not set gives one', () => {
    const root = aFolder();
    expect(shell({ root }, '$FLEETWRIGHT init "$FLEET"').stderr).toMatch(/value '' is invalid for argument 'folder'\. Name a folder\.\n/);
    expect(snapshot(root)).toEqual({});
  });

  it.each([
    ['--name Fleet', /^No repository was started:\n {2}- '--name' must .*, got 'Fleet' \[FW_USAGE\]\n$/],
    ['--repo fleet --domain x', /^No repository was started:\n {2}- '--repo' must .*\n {2}- '--domain' must .*, got 'x' \[FW_USAGE\]\n$/],
    ['--template huge', /^error: option '--template <name>' argument 'huge' is invalid\. Allowed choices are minimal, full\.\n/],
    ['other', /^error: too many arguments for 'init'\. Expected 1 argument but got 2: fleet, other\.\n/],
  ])('makes nothing when it is told: %s', (options, message) => {
    const root = aFolder();
    expect(fleetwright({ root }, `init fleet ${options}`)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(snapshot(root)).toEqual({});
  });

  it('says that it may not write, and writes nothing', () => {
    const folder = aFolder();
    const root = join(folder, 'closed');
    mkdirSync(root);
    chmodSync(folder, 0o755);
    chmodSync(root, 0o555);
    onTestFinished(() => chmodSync(root, 0o755));
    expect(initAsNobody(root)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^Cannot create the folder .*: permission denied; give this user the right to write there, or choose another folder\. Nothing has been changed\. \[FW_OUTPUT_FAILED\]\n$/,
      ),
    });
    expect(snapshot(root)).toEqual({});
  });

  it('says that a file stands there', () => {
    const root = aFolder();
    put(join(root, 'fleet'), 'mine\n');
    expect(fleetwright({ root }, 'init fleet')).toEqual({
      code: 2,
      stdout: '',
      stderr: `Cannot read the folder ${root}/fleet: a file stands where a folder is needed; move it away and run again. Nothing has been written. [FW_OUTPUT_FAILED]\n`,
    });
  });
});

function fleetwrightIn(root: string, folder: string): { code: number | null } {
  return shell({ root }, `$FLEETWRIGHT init '${folder}'`);
}

/** Runs `fleetwright init` as a user who may not write everywhere, as root may. */
function initAsNobody(root: string): { code: number | null; stdout: string; stderr: string } {
  const uid = process.getuid?.() === 0 ? { uid: NOBODY } : {};
  const cli = join(REPOSITORY, 'scripts', 'fleetwright.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'init'], { cwd: root, encoding: 'utf8', ...uid });
  return { code: status, stdout, stderr };
}
