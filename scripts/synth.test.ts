import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetwright } from './testing/command.ts';
import { anEstate, aProject, type Project, SMALL_ORG } from './testing/project.ts';
import { OutputTree } from './tree/index.ts';

const FILES = [
  'dev/_argocd/_root.yaml',
  'dev/_argocd/acme.yaml',
  'dev/acme/_app.yaml',
  'dev/acme/_org.yaml',
  'dev/acme/web.yaml',
  'dev/acme/worker.yaml',
  'dev/fleet.json',
];

/** All that runs have left, and when it was last touched. */
function snapshot(project: Project): unknown {
  return ['rendered', '.cache'].flatMap((folder) =>
    Object.entries(project.read(folder)).map(([file, text]) => [file, text, statSync(join(project.root, folder, file)).ctimeMs]),
  );
}

describe('fleetwright synth', { timeout: 60_000 }, () => {
  it('renders the example estate, and says what it made and what to do next', () => {
    const estate = anEstate();
    const { code, stdout, stderr } = fleetwright(estate, 'synth');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ENVIRONMENT +ORGS +AGENTS +TOOLS +MODELS +FILES\ndev +4 +13 +4 +4 +31\nprod /);
    expect(stdout).toMatch(/^\+ rendered\/dev\/factory\/ +12 files$/m);
    expect(stdout).toMatch(/^Done: 93 added, 0 changed, 0 removed, 0 unchanged, in \d+ ms\.$/m);
    expect(stdout).toContain('\nNext: git add rendered && git diff --staged, then commit and push; Argo CD applies what is merged.\n');
    expect(stdout.split('\n').length).toBeLessThan(25);
    expect(Object.keys(estate.read()).filter((file) => file.startsWith('dev/'))).toHaveLength(31);
  });

  it('writes nothing when nothing has changed', () => {
    const project = aProject();
    fleetwright(project, 'synth');
    expect(Object.keys(project.read())).toEqual(['.inventory.json', ...FILES]);
    const before = snapshot(project);
    const { code, stdout } = fleetwright(project, 'synth');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /\n\nDone: 0 added, 0 changed, 0 removed, 7 unchanged, in \d+ ms\.\nNothing to do: rendered is what the stacks say\.\n$/,
    );
    expect(snapshot(project)).toEqual(before);
  });

  it('tells what it would write and leaves all as it is, with --dry-run', () => {
    const project = aProject();
    const { code, stdout } = fleetwright(project, 'synth --dry-run --out=out/');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\+ out\/dev\/acme\/worker\.yaml$/m);
    expect(stdout).toMatch(/\nDry run: 7 added, 0 changed, 0 removed, 0 unchanged, in \d+ ms\.\nNext: run it without --dry-run\.\n$/);
    expect(project.read('out')).toEqual({});
  });

  it('lists files that were added, changed and removed, as JSON', () => {
    const project = aProject();
    fleetwright(project, 'synth');
    project.write('rendered/dev/acme/web.yaml', 'edited by hand\n');
    project.stack('acme', SMALL_ORG.replaceAll('worker', 'writer').replace("'mcp-fetch'", "'mcp-git'"));
    const { stdout, stderr } = fleetwright(project, 'synth --output json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      added: ['dev/acme/writer.yaml'],
      changed: ['dev/acme/web.yaml', 'dev/fleet.json'],
      removed: ['dev/acme/worker.yaml'],
      unchanged: ['dev/acme/_org.yaml', 'dev/acme/_app.yaml', 'dev/_argocd/_root.yaml', 'dev/_argocd/acme.yaml'],
      edited: ['dev/acme/web.yaml'],
      disagreeing: [],
    });
    expect(Object.keys(project.read())).toEqual(['.inventory.json', ...FILES].map((file) => file.replace('worker', 'writer')));
  });

  it('names files that were edited by hand', () => {
    const project = aProject();
    fleetwright(project, 'synth');
    project.write('rendered/dev/acme/web.yaml', 'edited by hand\n');
    expect(fleetwright(project, 'synth').stdout).toContain('! rendered/dev/acme/web.yaml had been edited by hand; that was undone\n');
    expect(project.read()['dev/acme/web.yaml']).toContain('kind: Deployment');
  });

  it('renders all again with --verify, and finds where the cache was wrong', () => {
    const project = aProject();
    fleetwright(project, 'synth');
    const cache = '.cache/synth/rendered';
    const digest = /dev\/acme\/worker\.yaml\n\S+\n([0-9a-f]{64})/.exec(readFileSync(join(project.root, cache), 'utf8'))?.[1] ?? '';
    // As if a renderer had changed its output, and nobody had noticed.
    for (const file of [cache, 'rendered/.inventory.json']) {
      project.write(
        file,
        readFileSync(join(project.root, file), 'utf8').replace(
          digest,
          digest.replace(/./, (digit) => (digit === '0' ? '1' : '0')),
        ),
      );
    }
    expect(fleetwright(project, 'synth').stdout).toContain('Nothing to do');
    const { code, stdout } = fleetwright(project, 'synth --verify');
    expect(code).toBe(0);
    expect(stdout).toContain(
      '! rendered/dev/acme/worker.yaml was out of date in the cache, which is a defect of Fleetwright; please report it\n',
    );
  });

  it('judges what did not change by what did', () => {
    const project = aProject();
    const cdk8s =
      "const { ApiObject, Chart, JsonPatch } = process.getBuiltinModule('node:module').createRequire(process.argv[1])('cdk8s');";
    const volume = "{ name: 'shelf', configMap: { name: 'shelf' } }";
    const reader = `\n  ${cdk8s}${SMALL_ORG.replace('new Agent', 'const worker = new Agent')}
  worker.addJsonPatch('Deployment', JsonPatch.add('/spec/template/spec/volumes/-', ${volume}));`;
    const shelf =
      "\n  new ApiObject(new Chart(org, 'extras'), 'shelf', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shelf' } });";
    project.stack('acme', reader + shelf);
    expect(fleetwright(project, 'synth')).toMatchObject({ code: 0, stderr: '' });

    project.stack('acme', reader);
    const gone = fleetwright(project, 'synth');
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain("must name a ConfigMap in namespace 'acme': there is none of this name, got 'shelf'");

    const rename = "\n  other.addJsonPatch('ServiceAccount', JsonPatch.replace('/metadata/name', 'worker'));";
    const other =
      "\n  const other = new Agent(org, 'other', { runtime: WorkerRuntime.reference(), run: Run.service(), instructions: 'Rest.' });";
    project.stack('acme', reader + shelf + other);
    expect(fleetwright(project, 'synth').code).toBe(0);
    project.stack('acme', reader + shelf + other + rename);
    expect(fleetwright(project, 'synth').stderr).toContain(
      'error duplicate-object: ServiceAccount acme/worker must stand once in the tree',
    );
  });

  it('covers only the environments and orgs that are asked for; the rest of the tree stays', () => {
    const project = aProject();
    project.environment('prod', ['acme', 'news']);
    project.stack('news');
    fleetwright(project, 'synth');
    const before = project.read();
    project.stack('acme');
    project.stack('news', SMALL_ORG);
    expect(JSON.parse(fleetwright(project, 'synth --env prod --org acme --output json').stdout)).toMatchObject({
      added: [],
      changed: [],
      removed: ['prod/acme/web.yaml', 'prod/acme/worker.yaml'],
    });
    const after = project.read();
    const differing = Object.keys({ ...before, ...after }).filter((file) => before[file] !== after[file]);
    expect(differing).toEqual(['.inventory.json', 'prod/acme/web.yaml', 'prod/acme/worker.yaml']);
    const { stdout } = fleetwright(project, 'synth --env dev --output yaml');
    expect(stdout).toContain('removed:\n  - dev/acme/web.yaml\n  - dev/acme/worker.yaml\n');
    expect(project.read()['prod/news/web.yaml']).toBeUndefined();
  });

  it('writes what names all orgs only with all of them', () => {
    const project = aProject();
    project.environment('prod', ['acme', 'news']);
    project.stack('news');
    fleetwright(project, 'synth');
    const before = project.read();
    project.stack('acme', SMALL_ORG.replaceAll('worker', 'writer'));
    const { stdout } = fleetwright(project, 'synth --org acme');
    expect(stdout).toContain('! rendered/prod/fleet.json names all orgs and was not looked at; a run without --org does\n');
    expect(stdout).not.toContain('! rendered/dev/');
    const between = project.read();
    expect(between['prod/fleet.json']).toBe(before['prod/fleet.json']);
    expect(between['dev/fleet.json']).toContain('"writer"');
    expect(fleetwright(project, 'check --org acme').code).toBe(0);
    expect(JSON.parse(fleetwright(project, 'check --output json').stdout)).toEqual({ findings: [], stale: ['prod/fleet.json'] });
    expect(fleetwright(project, 'synth').stdout).toMatch(/^~ rendered\/prod\/fleet\.json$/m);
    expect(JSON.parse(project.read()['prod/fleet.json'] ?? '')).toMatchObject({ orgs: { acme: { agents: { writer: {} } }, news: {} } });
  });

  it('takes an environment that is gone out of the tree, when it covers all', () => {
    const project = aProject();
    project.environment('prod', ['acme']);
    fleetwright(project, 'synth');
    project.remove('environments/prod.yaml');
    expect(fleetwright(project, 'synth --env dev').stdout).toContain('0 removed');
    expect(fleetwright(project, 'synth').stdout).toContain('7 removed');
    expect(Object.keys(project.read())).toEqual(['.inventory.json', ...FILES]);
  });

  it('tells warnings on the other stream, and goes on', () => {
    const project = aProject("\n  new Tool(org, 'web', { server: McpServer.http('mcp-fetch') });");
    const { code, stdout, stderr } = fleetwright(project, 'synth --output json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ removed: [] });
    expect(stderr).toContain(
      '1 warning in 1 construct\n\ndev/acme/web  (stacks/acme.ts:4:3)\n  warning unused-part: must be used: nothing names this tool\n',
    );
  });
});

describe('fleetwright synth, when it cannot be done', { timeout: 60_000 }, () => {
  it.each([
    ['before anything is rendered', "http('mcp-ftech')", 'image-locked'],
    ['in what is rendered', "http('mcp-fetch'), env: { TOKEN: ['AKIA', 'IOSFODNN7EXAMPLE'].join('') }", 'secret-value'],
  ])('writes nothing when rules are broken %s', (_, server, rule) => {
    const project = aProject();
    project.environment('prod', ['acme', 'news']);
    project.stack('news');
    fleetwright(project, 'synth');
    const before = snapshot(project);
    const broken = SMALL_ORG.replace("http('mcp-fetch')", server);
    project.stack('acme', broken);
    project.stack('news', broken);
    const { code, stdout, stderr } = fleetwright(project, 'synth');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const path of ['dev/acme/web', 'prod/acme/web', 'prod/news/web']) {
      expect(stderr).toContain(`\n${path}  (stacks/${path.split('/')[1]}.ts:4:15)\n  error ${rule}: `);
    }
    expect(stderr).toMatch(new RegExp(`^3 errors.*: ${rule} 3.* \\[FW_POLICY_DENIED\\]$`, 'm'));
    expect(snapshot(project)).toEqual(before);
  });

  it('stays readable and quick with a thousand problems', () => {
    const project = aProject(`
  for (let i = 0; i < 500; i++) {
    const key = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
    const env = { A: key, B: key };
    new Agent(org, \`worker-\${i}\`, { runtime: WorkerRuntime.reference(), run: Run.service(), instructions: 'Work.', env });
  }`);
    const started = performance.now();
    const { code, stderr } = fleetwright(project, 'synth');
    expect(code).toBe(1);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(stderr).toMatch(/^1000 errors in 500 constructs\n/);
    expect(stderr.split('\n').length).toBeLessThanOrEqual(60);
    expect(project.read()).toEqual({});
  });

  it('says where a stack throws', () => {
    const project = aProject("\n  throw new Error('no luck');");
    expect(fleetwright(project, 'synth')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'stacks/acme.ts:4:9 threw: no luck [FW_STACK_INVALID]\n',
    });
    expect(project.read()).toEqual({});
  });

  it('refuses while another run writes the same tree, and names its process', () => {
    const project = aProject();
    const place = { root: join(project.root, 'rendered'), cacheFile: join(project.root, '.cache', 'synth', 'rendered') };
    const other = OutputTree.open(place);
    try {
      const { code, stdout, stderr } = fleetwright(project, 'synth');
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^Process ${process.pid} on \\S+, started \\S+, is writing the same output tree\\. .* \\[FW_OUTPUT_LOCKED\\]\\n$`),
      );
    } finally {
      other.close();
    }
    expect(fleetwright(project, 'synth').code).toBe(0);
  });

  it.each(['synth', 'check'])('refuses a file where the tree should be: %s', (command) => {
    const project = aProject();
    project.write('rendered', 'a file\n');
    expect(fleetwright(project, command)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'The output tree rendered cannot be written:\n  - a file stands there; move it away or choose another root [FW_OUTPUT_UNSAFE]\n',
    });
    expect(readFileSync(join(project.root, 'rendered'), 'utf8')).toBe('a file\n');
  });

  it('refuses a link where the tree should be', () => {
    const project = aProject();
    mkdirSync(join(project.root, 'elsewhere'));
    symlinkSync('elsewhere', join(project.root, 'rendered'));
    const { code, stderr } = fleetwright(project, 'synth');
    expect(code).toBe(2);
    expect(stderr).toContain('  - it is a symbolic link; name the folder that it leads to [FW_OUTPUT_UNSAFE]\n');
    expect(project.read('elsewhere')).toEqual({});
  });
});
