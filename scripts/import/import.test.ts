import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetwright, shell } from '../testing/command.ts';
import { aProject, type Project } from '../testing/project.ts';
import { FIRST_VERSION, KELOS, LAST_VERSION } from './testing.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PACKAGE = JSON.stringify(join(ROOT, 'index.ts'));

/** A project without an org, with a file to import. */
function aSource(text: string): Project {
  const project = aProject('');
  project.remove('stacks/acme.ts');
  project.write('in.yaml', text);
  return project;
}

/** Lets the stack find the package, and the environment list the org and lock what it needs. */
function install(project: Project, org: string, images: readonly string[]): void {
  const text = project.read('stacks')[`${org}.ts`] ?? '';
  project.write(`stacks/${org}.ts`, text.replace("'fleetwright'", PACKAGE));
  project.environment('dev', [org]);
  const environment = project.read('environments')['dev.yaml'] ?? '';
  const lock = images.map((name) => `  '${name}': registry.example.com/x@sha256:${'2'.repeat(64)}\n`).join('');
  project.write('environments/dev.yaml', environment.replace('\nimages:\n', `\nimages:\n${lock}`));
}

/** What the compiler says of the stack, as it was written. */
function typeCheck(project: Project): string {
  symlinkSync(join(ROOT, 'node_modules'), join(project.root, 'node_modules'));
  project.write('package.json', '{ "type": "module" }');
  const compilerOptions = { paths: { fleetwright: [join(ROOT, 'index.ts')] } };
  project.write('tsconfig.json', JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['stacks'] }));
  return spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', project.root], { encoding: 'utf8' }).stdout;
}

function format(project: Project): string {
  const { stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules', '.bin', 'prettier'),
    ['--config', join(ROOT, '.prettierrc.json'), '--check', 'stacks'],
    {
      cwd: project.root,
      encoding: 'utf8',
    },
  );
  return stdout + stderr;
}

describe('fleetwright import', { timeout: 120_000 }, () => {
  it.each([
    ['support', FIRST_VERSION, ['search']],
    ['team', LAST_VERSION, ['npm/@example/docs-mcp@1.4.0']],
    ['imported', KELOS, ['npm/@example/docs-mcp@1.4.0']],
  ])('writes %s as a stack that is formatted, compiles, passes the rules and renders', (org, text, images) => {
    const project = aSource(text);
    expect(fleetwright(project, 'import in.yaml').stderr).toBe('');
    expect(format(project)).toContain('All matched files use Prettier code style!');
    expect(typeCheck(project)).toBe('');
    install(project, org, images);
    const { code, stdout, stderr } = fleetwright(project, 'synth');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('error');
    expect(Object.keys(project.read()).some((file) => file.startsWith(`dev/${org}/`))).toBe(true);
  });

  it('tells what it made, what changed, what is left and what the environment needs', () => {
    const project = aSource(LAST_VERSION);
    const { code, stdout, stderr } = fleetwright(project, 'import in.yaml');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\+ stacks\/team\.ts {2}2 agents, 1 tool, 1 persona, 1 model, 2 secrets\n/);
    expect(stdout).toMatch(/Changed\nWHERE +RESOURCE +FIELD +WHY\n/);
    expect(stdout).toMatch(/in\.yaml:\d+ +LanguageAgent worker-0 +spec\.tools\[1\]\.name +there is no LanguageTool 'linter' in the input/);
    expect(stdout).toContain(
      "Each environment needs\norgs:\n  team: {}\nimages:\n  # 'npm/@example/docs-mcp@1.4.0': <registry>/<name>@sha256:<digest>",
    );
    expect(stdout).toMatch(/\n\d+ fields carried over, \d+ changed, \d+ not carried over\.\nNext: add what is missing/);
  });

  it('reads standard input, lists of resources and JSON', () => {
    const project = aSource('');
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'langop.io/v1alpha1', kind: 'LanguageAgent', metadata: { name: 'a' }, spec: { runtimes: 'x' } }],
    };
    project.write('list.json', JSON.stringify(list));
    const { code, stdout } = shell(project, '$FLEETWRIGHT import - --org acme --output json < list.json');
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as { stacks: { org: string; text: string }[]; entries: object[] };
    expect(result.stacks.map(({ org }) => org)).toEqual(['acme']);
    expect(result.entries).toContainEqual({
      file: 'standard input',
      line: 1,
      kind: 'LanguageAgent',
      name: 'a',
      path: 'items[0].spec.runtimes',
      outcome: 'left',
      reason: "it is not a known field; did you mean 'runtime'?",
    });
    expect(project.read('stacks')['acme.ts']).toBe(result.stacks[0]?.text);
  });

  it('writes nothing when it is only to tell', () => {
    const project = aSource(LAST_VERSION);
    const { code, stdout } = fleetwright(project, 'import in.yaml --dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Nothing was written\.\n$/);
    expect(project.read('stacks')).toEqual({});
  });

  it('replaces no stack unless it is told to, and then as a whole or not at all', () => {
    const project = aSource(`${FIRST_VERSION}---\n${KELOS.replaceAll('metadata: { name', 'metadata: { namespace: other, name')}`);
    project.write('stacks/support.ts', '// mine\n');
    const { code, stderr } = fleetwright(project, 'import in.yaml');
    expect(code).toBe(2);
    expect(stderr).toBe(
      'stacks/support.ts is there already and was not touched; choose another --org or --out, or replace it by --force [FW_USAGE]\n',
    );
    expect(project.read('stacks')).toEqual({ 'support.ts': '// mine\n' });
    expect(fleetwright(project, 'import in.yaml --force').code).toBe(0);
    expect(Object.keys(project.read('stacks'))).toEqual(['other.ts', 'support.ts']);
  });

  it('says what the file system has against it, and leaves nothing behind', () => {
    const project = aSource(FIRST_VERSION);
    project.write('taken', '');
    expect(fleetwright(project, 'import in.yaml --out taken').stderr).toMatch(/^taken cannot be written: EEXIST.* \[FW_OUTPUT_FAILED\]\n$/);
    project.write('stacks/support.ts/x', '');
    expect(fleetwright(project, 'import in.yaml --force').stderr).toMatch(/^stacks cannot be written: EISDIR.* \[FW_OUTPUT_FAILED\]\n$/);
    expect(Object.keys(project.read('stacks'))).toEqual(['support.ts/x']);
    expect(shell(project, "$FLEETWRIGHT import in.yaml --out ''").stderr).toContain('Name a folder.');
  });

  it('does not take a preset without agents for an org', () => {
    const project = aSource('apiVersion: langop.io/v1alpha1\nkind: LanguageAgentRuntime\nmetadata: { name: x }\nspec: { image: a:1 }\n');
    expect(fleetwright(project, 'import in.yaml').stderr).toBe(
      'there is nothing to import: in.yaml:1 LanguageAgentRuntime: no agent in the input uses it [FW_IMPORT_INVALID]\n',
    );
  });

  it.each([
    ['nothing', '', 'in.yaml holds no resource'],
    ['comments', '# nothing\n---\n---\n', 'in.yaml holds no resource'],
    [
      'other things',
      'apiVersion: v1\nkind: Secret\nmetadata: { name: x }\n',
      'there is nothing to import: in.yaml:1 Secret: it is no resource of',
    ],
    ['a text', 'just words', 'there is nothing to import: in.yaml:1 : it is no resource of'],
    ['broken YAML', 'kind: LanguageAgent\nspec:\n  a: [1\n  b: 2\n', 'in.yaml:4: '],
    ['a key twice', 'kind: A\nkind: B\n', "in.yaml:2: the key 'kind' stands there twice"],
    ['a key twice, as a number and as a text', 'kind: A\n1: a\n"1": b\n', "in.yaml:3: the key '1' stands there twice"],
    ['a tab', 'kind: A\nspec:\n\tx: 1\n', 'in.yaml:3: '],
    ['a Helm template', 'kind: A\nmetadata:\n  name: {{ .Release.Name }}\n', 'in.yaml:3: it is a Helm template; render it first'],
    ['Helm directives', '{{- if .Values.x }}\nkind: A\n{{- end }}\n', 'in.yaml:1: it is a Helm template; render it first'],
    ['the prototype', 'kind: A\nspec: { __proto__: { x: 1 } }\n', "in.yaml:2: '__proto__' cannot be a key"],
    ['keys that are no text', 'kind: A\nspec: { ? [a] : 1 }\n', 'in.yaml:'],
    [
      'deep nesting',
      `kind: A\nspec: ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
      'cannot be read:\n  - in.yaml:2: it is nested too deeply [',
    ],
    ['deep nesting that never ends', `kind: A\nspec: ${'{a: '.repeat(5000)}`, 'cannot be read:\n  - in.yaml:2: it is nested too deeply ['],
    [
      'nesting that nobody reads',
      `kind: A\nspec: ${'['.repeat(130)}${']'.repeat(130)}\n`,
      'in.yaml:2: it is nested more than 60 levels deep',
    ],
    ['zero bytes', 'kind: A\0\n', 'in.yaml is not text: it holds zero bytes'],
  ])('refuses %s', (_, text, message) => {
    const project = aSource(text);
    const { code, stdout, stderr } = fleetwright(project, 'import in.yaml');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/ \[FW_IMPORT_INVALID\]\n$/);
  });

  it('refuses aliases that multiply', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]}, `.repeat(9)}]`),
    ];
    const project = aSource(`${bomb.join('\n')}\n`);
    const { code, stderr } = fleetwright(project, 'import in.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('in.yaml: more than 20 aliases of what is large; write the values out');
  });

  it('refuses what is not UTF-8, no file, or too large, and soon', () => {
    const project = aSource('');
    const begin = performance.now();
    expect(shell(project, "printf '\\377\\376k' > x; $FLEETWRIGHT import x").stderr).toBe(
      'x is not text in UTF-8; export it as YAML or JSON [FW_IMPORT_INVALID]\n',
    );
    expect(shell(project, '$FLEETWRIGHT import gone.yaml').stderr).toBe(
      'gone.yaml cannot be read; check that it is a file that you may read [FW_IMPORT_INVALID]\n',
    );
    expect(shell(project, '$FLEETWRIGHT import .').stderr).toContain(". is not a file; name files, or pipe into 'fleetwright import -'");
    expect(shell(project, 'mkfifo pipe; $FLEETWRIGHT import pipe').stderr).toContain('pipe is not a file');
    expect(shell(project, 'head -c 50000000 /dev/zero | tr "\\0" "a" | $FLEETWRIGHT import -').stderr).toBe(
      'the input is larger than 16777216 bytes; import it in parts, such as one namespace at a time [FW_IMPORT_INVALID]\n',
    );
    const many = `node -e "process.stdout.write('kind: A\\nx: [' + '1,'.repeat(7000000) + ']')"`;
    expect(shell(project, `${many} | $FLEETWRIGHT import -`).stderr).toBe(
      'the input holds more than 500000 values; import it in parts, such as one namespace at a time [FW_IMPORT_INVALID]\n',
    );
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  it('reads many keys in seconds, and finds those that stand there twice', () => {
    const keys = Array.from({ length: 100_000 }, (_, at) => `k${at}: 1\n`);
    const begin = performance.now();
    expect(fleetwright(aSource(`kind: A\n${keys.join('')}k7: 1\n`), 'import in.yaml').stderr).toBe(
      "the input cannot be read:\n  - in.yaml:100002: the key 'k7' stands there twice [FW_IMPORT_INVALID]\n",
    );
    const twice = fleetwright(aSource(`kind: A\n${'k: 1\n'.repeat(50_000)}`), 'import in.yaml').stderr;
    expect(twice).toMatch(/\n {2}- in\.yaml:3: the key 'k' stands there twice\n/);
    expect(twice).toMatch(/\n {2}and 49979 more \[FW_IMPORT_INVALID\]\n$/);
    expect(performance.now() - begin).toBeLessThan(20_000);
  });

  it('refuses names that no org can have', () => {
    const project = aSource(FIRST_VERSION);
    expect(fleetwright(project, 'import in.yaml --org Big_Team').stderr).toBe(
      "--org 'Big_Team' cannot be the id of an org; 'big-team' can [FW_USAGE]\n",
    );
    expect(existsSync(join(project.root, 'stacks', 'Big_Team.ts'))).toBe(false);
  });

  it('lets no text of the input out of its quotes, into the terminal or out of the folder', () => {
    const hostile = `');process.exit(3);('\${process.exit(3)}\\\`\u001b[2J\u202e*/`;
    const agent = {
      apiVersion: 'langop.io/v1alpha1',
      kind: 'LanguageAgent',
      metadata: { name: `../../${hostile}`, namespace: '../../../escape' },
      spec: {
        instructions: `${hostile}\n${hostile}`,
        persona: hostile,
        deployment: { env: [{ name: 'A', value: hostile }] },
        [hostile]: hostile,
      },
    };
    const project = aSource(JSON.stringify(agent));
    const { code, stdout } = fleetwright(project, 'import in.yaml');
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
    expect(Object.keys(project.read('stacks'))).toEqual(['escape.ts']);
    expect(typeCheck(project)).toBe('');
    install(project, 'escape', []);
    expect(fleetwright(project, 'synth').code).toBe(0);
    expect(Object.values(project.read()).join('')).toContain('process.exit(3)');
  });

  it('imports the constructs beside it in the repository of Fleetwright itself', () => {
    const project = aSource(FIRST_VERSION);
    project.write('package.json', '{ "name": "fleetwright" }');
    project.write('constructs/index.ts', '');
    fleetwright(project, 'import in.yaml');
    expect(readFileSync(join(project.root, 'stacks', 'support.ts'), 'utf8')).toContain("} from '../constructs/index.ts';");
  });

  it('reads a thousand resources in less than three seconds', () => {
    const agents = Array.from({ length: 500 }, (_, i) => LARGE.replaceAll('NUMBER', String(i)));
    const project = aSource(agents.join('---\n'));
    const begin = performance.now();
    const { code, stdout } = fleetwright(project, 'import in.yaml');
    expect({ code, isFast: performance.now() - begin < 3000 }).toEqual({ code: 0, isFast: true });
    expect(stdout).toMatch(/^\+ stacks\/many\.ts {2}500 agents, 500 tools\n/);
  });
});

const LARGE = `apiVersion: langop.io/v1alpha1
kind: LanguageTool
metadata: { name: tool-NUMBER, namespace: many }
spec: { image: registry.example.com/tools/tool-NUMBER:1, egress: [{ to: { dns: [a.example.com] }, ports: [{ port: 443 }] }] }
---
apiVersion: langop.io/v1alpha1
kind: LanguageAgent
metadata: { name: agent-NUMBER, namespace: many }
spec:
  runtime: claude-code
  tools: [{ name: tool-NUMBER }]
  instructions: |
    Do the work of agent NUMBER.
    Then stop.
  execution: { mode: task, schedule: '*/15 * * * *' }
  deployment: { env: [{ name: STAGE, value: test }], resources: { requests: { cpu: 500m, memory: 1Gi } } }
`;
