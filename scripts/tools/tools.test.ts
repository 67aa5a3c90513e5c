import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aProject, type Project } from '../testing/project.ts';
import { nobody, serve } from './testing/http-server.ts';
import { ImageRegistry } from './testing/image-registry.ts';
import { ECHO, mcpServer, NpmRegistry } from './testing/npm-registry.ts';
import { fleetwright } from './testing/run.ts';

const OTHER = `sha512-${'A'.repeat(86)}==`;

/** A project whose npm is set to use a registry, with a catalogue of these lines. */
function aCatalogue(host: string, ...lines: readonly string[]): Project {
  const project = aProject();
  project.write('.npmrc', `registry=http://${host}/\n`);
  project.write('tools.yaml', ['tools:', ...lines, ''].join('\n'));
  return project;
}

async function anNpmProject(range = '^1.0.0'): Promise<{ project: Project; registry: NpmRegistry }> {
  const registry = await NpmRegistry.start();
  registry.publish('@acme/echo', { version: '1.0.0' }, { version: '1.2.0' }, { version: '2.0.0' }, { version: '1.3.0-rc.1' });
  return { project: aCatalogue(registry.host, `  echo: { npm: '@acme/echo', range: ${range} }`), registry };
}

function lockOf({ root }: Project): { tools: Record<string, Record<string, unknown> | undefined> } {
  return JSON.parse(readFileSync(join(root, 'tools.lock'), 'utf8')) as { tools: Record<string, Record<string, unknown> | undefined> };
}

function changeLock({ root }: Project, from: string | RegExp, to: string): void {
  const file = join(root, 'tools.lock');
  const text = readFileSync(file, 'utf8');
  expect(text).not.toBe(text.replace(from, to));
  writeFileSync(file, text.replace(from, to));
}

describe('fleetwright tools, with npm packages', { timeout: 60_000 }, () => {
  it('locks the newest version in the range, says so, and writes the same bytes again', async () => {
    const { project } = await anNpmProject();
    const { code, stdout, stderr } = await fleetwright(project.root, 'tools resolve');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\+ echo\n {4}npm: @acme\/echo\n {4}range: \^1\.0\.0\n {4}version: 1\.2\.0\n {4}integrity: sha512-.{12}…\n/);
    expect(stdout).toContain('tools.lock written: 1 tool. Review it and commit it.\nWithout the digest of what the server says');
    expect(lockOf(project).tools['echo']).toMatchObject({ integrity: expect.stringMatching(/^sha512-/), version: '1.2.0' });
    const before = readFileSync(join(project.root, 'tools.lock'));
    expect((await fleetwright(project.root, 'tools resolve')).stdout).toContain('tools.lock stays as it is: 1 tool.\n');
    expect(readFileSync(join(project.root, 'tools.lock'))).toEqual(before);
  });

  it('keeps what satisfies until it is told to update, and tells before what that would do', async () => {
    const { project, registry } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve');
    expect(await fleetwright(project.root, 'tools diff')).toEqual({
      code: 0,
      stderr: '',
      stdout: 'All tools are at the newest versions in their ranges.\n',
    });
    registry.publish('@acme/echo', { version: '1.4.0' });
    await fleetwright(project.root, 'tools resolve');
    expect(lockOf(project).tools['echo']).toMatchObject({ version: '1.2.0' });
    const { code, stdout } = await fleetwright(project.root, 'tools diff --output json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { change: 'changed', fields: { version: { after: '1.4.0', before: '1.2.0' } }, tool: 'echo' },
    ]);
    expect(lockOf(project).tools['echo']).toMatchObject({ version: '1.2.0' });
    expect((await fleetwright(project.root, 'tools update echo')).stdout).toContain('~ echo\n    version: 1.2.0 → 1.4.0\n');
    expect(lockOf(project).tools['echo']).toMatchObject({ version: '1.4.0' });
  });

  it('moves a tool that no longer satisfies, and forgets one that is no longer wanted', async () => {
    const { project } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve');
    project.write('tools.yaml', "tools:\n  new: { npm: '@acme/echo', range: 2.x }\n");
    expect((await fleetwright(project.root, 'tools resolve')).stdout).toMatch(/^- echo\n[^]*\+ new\n/);
    expect(Object.keys(lockOf(project).tools)).toEqual(['new']);
  });

  it('takes a version that its dependents work with too, and a deprecated one only for want of another', async () => {
    const { project, registry } = await anNpmProject();
    registry.publish('user', { version: '1.0.0' }, { deprecated: 'broken', version: '1.1.0' });
    project.write(
      'tools.yaml',
      "tools:\n  echo: { npm: '@acme/echo', range: '*' }\n  user: { npm: user, range: 1.x, dependencies: { echo: '<1.2' } }\n",
    );
    expect(await fleetwright(project.root, 'tools resolve')).toMatchObject({ code: 0, stderr: '' });
    const { echo, user } = lockOf(project).tools;
    expect([echo?.['version'], user?.['version'], user?.['dependencies']]).toEqual(['1.0.0', '1.0.0', { echo: '<1.2' }]);
  });

  it('lists what is asked for and what is locked, without asking a registry', async () => {
    const { project, registry } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve');
    registry.asked.length = 0;
    expect((await fleetwright(project.root, 'tools list')).stdout).toBe(
      ['NAME  FROM            RANGE   VERSION  DESCRIBED  DEPENDS ON  DESCRIPTION', 'echo  npm/@acme/echo  ^1.0.0  1.2.0    no', ''].join(
        '\n',
      ),
    );
    expect(registry.asked).toEqual([]);
  });

  it('tells of all tools that cannot be resolved, and writes nothing', async () => {
    const { project } = await anNpmProject('^99.0.0');
    project.write('tools.yaml', `${readFileSync(join(project.root, 'tools.yaml'), 'utf8')}  gone: { npm: gone, range: '*' }\n`);
    expect(await fleetwright(project.root, 'tools resolve')).toEqual({
      code: 2,
      stderr: [
        'tools cannot be resolved, and nothing was written:',
        "  - 'echo': no version of the npm package '@acme/echo' is in '^99.0.0'; its newest version is 2.0.0",
        "  - 'gone': there is no npm package 'gone' in the registry that npm is set to use [FW_TOOLS_UNRESOLVED]\n",
      ].join('\n'),
      stdout: '',
    });
    expect(project.read('.')).not.toHaveProperty('tools.lock');
  });

  it('tells of a registry that is away, and renders from the lock all the same', async () => {
    const { project } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve');
    const host = await nobody();
    project.write('.npmrc', `registry=http://${host}/\n`);
    const { code, stderr } = await fleetwright(project.root, 'tools update');
    expect(code).toBe(2);
    expect(stderr).toMatch(/'echo': npm cannot ask for '@acme\/echo@\^1\.0\.0': ECONNREFUSED .*; try 'npm view' with it, or work offline/);
    expect(await fleetwright(project.root, 'synth --dry-run')).toMatchObject({ code: 0 });
  });

  it('does not take other content under a locked version', async () => {
    const { project, registry } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve');
    registry.publish('@acme/echo', { integrity: OTHER, version: '1.2.0' });
    const { code, stderr } = await fleetwright(project.root, 'tools update');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /npm has another @acme\/echo@1\.2\.0 than the locked one: sha512-A+== instead of sha512-.*; versions do not change/,
    );
  });

  it('refuses a lock that was changed by hand, with what to do', async () => {
    const { project } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve');
    changeLock(project, '"version": "1.2.0"', '"version": "1.0.0"');
    for (const command of ['tools resolve', 'tools list', 'synth --dry-run']) {
      const { code, stderr } = await fleetwright(project.root, command);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr:
          "tools.lock cannot be used: it was changed by hand, as its digest is that of other content; take the committed file back, or delete it and run 'fleetwright tools resolve', and review what that changes [FW_TOOLS_LOCK_INVALID]\n",
      });
    }
  });

  it.each([
    [
      'tools resolve',
      '',
      /there is no tool catalogue: .* has no file tools\.yaml; write it, or go to the folder that has one \[FW_TOOLS_INVALID\]/,
    ],
    [
      'tools update eco',
      "tools: { echo: { npm: echo, range: '1' } }",
      /there is no tool 'eco' in tools\.yaml; did you mean 'echo'\? \[FW_USAGE\]/,
    ],
    ['tools resolv', 'tools: {}', /unknown command 'resolv'/],
  ])('says of %s what is wrong', async (command, catalogue, message) => {
    const project = aProject();
    if (catalogue !== '') project.write('tools.yaml', catalogue);
    const { code, stderr } = await fleetwright(project.root, command);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('fleetwright tools --describe', { timeout: 60_000 }, () => {
  async function described(program: string): Promise<{ code: number | null; stderr: string; digest: unknown }> {
    const registry = await NpmRegistry.start();
    registry.publish('echo', { program, version: '1.0.0' });
    const project = aCatalogue(registry.host, "  echo: { npm: echo, range: '1' }");
    const { code, stderr } = await fleetwright(project.root, 'tools resolve --describe', { SECRET: 'value' });
    return { code, digest: code === 0 ? lockOf(project).tools['echo']?.['descriptions'] : undefined, stderr };
  }

  it('reads what a server says of its tools, whatever their order, and notices a changed letter', async () => {
    const other = { ...ECHO, name: 'other' };
    const [one, same, changed] = await Promise.all([
      described(mcpServer([ECHO, other])),
      described(mcpServer([other, ECHO])),
      described(mcpServer([{ ...ECHO, description: 'Says it again!' }, other])),
    ]);
    expect(one).toMatchObject({ code: 0, digest: expect.stringMatching(/^sha256:/), stderr: '' });
    expect(same.digest).toBe(one.digest);
    expect(changed.digest).toMatch(/^sha256:/);
    expect(changed.digest).not.toBe(one.digest);
  });

  it('drops the digest with the version that it was read of', async () => {
    const { project, registry } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve --describe');
    expect(lockOf(project).tools['echo']).toHaveProperty('descriptions');
    registry.publish('@acme/echo', { version: '1.4.0' });
    expect((await fleetwright(project.root, 'tools update')).stdout).toMatch(/descriptions: sha256:.{12}… → none\n/);
    expect(lockOf(project).tools['echo']).not.toHaveProperty('descriptions');
  });

  it('gives the server neither variables, nor files outside of its folder, nor other programs', async () => {
    const tries = `
const tried = [];
for (const [what, run] of Object.entries({
  files: () => require('node:fs').readFileSync('/etc/passwd'),
  programs: () => require('node:child_process').execFileSync('true'),
  npmrc: () => require('node:fs').readFileSync(process.cwd() + '/.npmrc'),
  variables: () => { if (!process.env.SECRET) throw new Error(); },
})) try { run(); tried.push(what); } catch {}`;
    const program = mcpServer([ECHO], `${tries}\nif (tried.length > 0) throw new Error('got ' + tried);`);
    expect(await described(program)).toMatchObject({ code: 0, stderr: '' });
  });

  it('tells of a server that does not answer, and locks the package without a digest', async () => {
    const registry = await NpmRegistry.start();
    registry.publish('mute', { program: "console.error('no\\u001b[31m database'); process.exit(3);", version: '1.0.0' });
    registry.publish('echo', { version: '1.0.0' });
    const project = aCatalogue(registry.host, "  mute: { npm: mute, range: '1' }", "  echo: { npm: echo, range: '1' }");
    const { code, stderr } = await fleetwright(project.root, 'tools resolve --describe');
    expect(code).toBe(0);
    expect(stderr).toBe(
      "'mute' is locked without the digest of what it says of its tools: Connection closed; it said: no\\u{1b}[31m database\n",
    );
    const { echo, mute } = lockOf(project).tools;
    expect(echo).toHaveProperty('descriptions');
    expect(mute).toMatchObject({ version: '1.0.0' });
    expect(mute).not.toHaveProperty('descriptions');
  });

  it('does not run a package that is not the locked one', async () => {
    const { project, registry } = await anNpmProject();
    await fleetwright(project.root, 'tools resolve');
    registry.publish('@acme/echo', { program: "require('node:fs').writeFileSync('ran', '');", version: '1.2.0' });
    const { code, stderr } = await fleetwright(project.root, 'tools resolve --describe');
    expect(code).toBe(2);
    expect(stderr).toMatch(/npm installed another @acme\/echo@1\.2\.0 than the locked one: /);
  });
});

describe('fleetwright tools, with images', { timeout: 60_000 }, () => {
  it('locks the digest of the newest tag in the range, and tells when the tag moves', async () => {
    const registry = await ImageRegistry.start();
    registry.push('1.0.0');
    const digest = registry.push('v1.4.2');
    const project = aCatalogue('', `  search: { image: '${registry.host}/mcp/search', range: ^1.0.0 }`);
    expect(await fleetwright(project.root, 'tools resolve')).toMatchObject({ code: 0, stderr: '' });
    expect(lockOf(project).tools['search']).toEqual({
      dependencies: {},
      digest,
      image: `${registry.host}/mcp/search`,
      range: '^1.0.0',
      tag: 'v1.4.2',
      version: '1.4.2',
    });
    registry.push('v1.4.2', 'moved');
    expect(await fleetwright(project.root, 'tools diff')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^~ search\n {4}digest: sha256:/),
    });
  });

  it('lets a stack take it, by its digest', async () => {
    const registry = await ImageRegistry.start();
    const digest = registry.push('1.0.0');
    const project = aCatalogue('', `  search: { image: '${registry.host}/mcp/search', range: '*' }`);
    await fleetwright(project.root, 'tools resolve');
    project.stack(
      'acme',
      `
  const search = new Tool(org, 'search', { server: ToolRegistry.of(org).http('search') });
  new Agent(org, 'worker', { runtime: WorkerRuntime.reference(), run: Run.service(), tools: [search], instructions: 'Work.' });`,
    );
    expect(await fleetwright(project.root, 'synth')).toMatchObject({ code: 0 });
    expect(project.read()['dev/acme/search.yaml']).toContain(`image: "${registry.host}/mcp/search@${digest}"`);
  });

  it('tells of a registry that speaks something else', async () => {
    const host = await serve((_, response) => response.end('<html>'));
    const project = aCatalogue('', `  search: { image: '${host}/mcp/search', range: '*' }`);
    expect((await fleetwright(project.root, 'tools resolve')).stderr).toContain(
      `'search': ${host} is no image registry, as it answered with something else than a list of tags [FW_TOOLS_UNRESOLVED]`,
    );
  });
});
