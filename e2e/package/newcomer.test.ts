import { beforeAll, describe, expect, it } from 'vitest';
import { currentSession, measure } from '../session.ts';
import { anInstallation } from './newcomer.ts';
import { nodeFolders, OLDER_TYPESCRIPT, OLDEST_NODE, olderCompiler } from './programs.ts';
import { packOnce, type Tarball } from './tarball.ts';
import type { Terminal } from './terminal.ts';

const ROOT = process.cwd();
const NODES = [OLDEST_NODE, process.versions.node];
const TEMPLATES = ['minimal', 'full'];
const LONGEST = 60;

const { run } = currentSession();
let tarball: Tarball;
let nodes: Record<string, string>;
let older: string;

beforeAll(async () => {
  tarball = await packOnce(ROOT, run);
  nodes = await nodeFolders(ROOT);
  older = await olderCompiler(ROOT);
});

/** An installation under a version of Node.js. */
async function install(node: string): Promise<Terminal> {
  const terminal = await anInstallation({ run, tarball, nodeFolder: nodes[node] ?? '' });
  expect((await terminal.run('node --version')).stdout).toBe(`v${node}\n`);
  return terminal;
}

describe.each(NODES)('A newcomer with Node.js %s', (node) => {
  it.each(TEMPLATES)("goes from 'init --template %s' to the first commit without a further step", async (template) => {
    const terminal = await install(node);
    const begin = performance.now();
    await terminal.run(`npx fleetwright init --template ${template}`);
    const { stdout, stderr } = await terminal.run('npx fleetwright synth');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/\nDone: [1-9]\d* added, 0 changed, 0 removed, 0 unchanged, in /);
    expect((await terminal.run('npx fleetwright check')).stdout).toBe('No rule is broken.\n\nrendered is what the stacks say.\n');
    await terminal.run('git add --all && git commit --quiet --message Start');
    const seconds = (performance.now() - begin) / 1000;

    expect((await terminal.run('git status --short')).stdout).toBe('');
    expect((await terminal.run('npx fleetwright synth')).stdout).toContain('Nothing to do: rendered is what the stacks say.');
    expect((await terminal.run('npx fleetwright diff')).stdout).toBe('No differences.\n');
    expect((await terminal.run('git status --short')).stdout).toBe('');
    measure(run, { subject: `Node.js ${node}, ${template}`, what: 'seconds from init to the first commit', value: seconds.toFixed(1) });
    expect(seconds).toBeLessThan(LONGEST);
  });

  it.each(TEMPLATES)('does what the repository of the template %s says: npm install, npm start, npm test, commit', async (template) => {
    const terminal = await install(node);
    await terminal.run(`npx fleetwright init --template ${template}`);
    await terminal.run('npm install', { isOnline: true });
    await terminal.run('npm start && npm test');
    await terminal.run("git add --all && git commit --message 'Start the fleet'");
    // What the repository holds is enough for the next person.
    await terminal.run('rm -rf node_modules .cache && npm ci', { isOnline: true });
    await terminal.run('npm start && npm test');
    expect((await terminal.run('git status --short')).stdout).toBe('');
  });

  it.each(TEMPLATES)(`checks the types of the template %s with TypeScript ${OLDER_TYPESCRIPT} too`, async (template) => {
    const terminal = await install(node);
    await terminal.run(`npx fleetwright init --template ${template}`);
    await terminal.run('npm install', { isOnline: true });
    expect((await terminal.run(`'${older}' --version`)).stdout).toBe(`Version ${OLDER_TYPESCRIPT}\n`);
    for (const compiler of [`'${older}'`, 'npx tsc']) expect(await terminal.run(`${compiler} --noEmit`)).toMatchObject({ stdout: '' });
    // Were types lost on the way, anything would go.
    await terminal.run(`sed -i "s/'hello', {/'hello', { owners: 1,/" stacks/hello.ts`);
    for (const compiler of [`'${older}'`, 'npx tsc']) {
      expect((await terminal.try(`${compiler} --noEmit`)).stdout).toMatch(/^stacks\/hello\.ts\(\d+,\d+\): error TS\d+: .*'owners'.*\n$/);
    }
  });
});
