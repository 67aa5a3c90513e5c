import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { aProject, type Project } from './testing/project.ts';

const CLI = join(import.meta.dirname, 'fleetwright.js');
const WORKER = "\n  new Agent(org, 'worker', { runtime: WorkerRuntime.reference(), run: Run.service(), instructions: 'Work.' });";
const FILE = 'dev/acme/worker.yaml';

/** `fleetwright synth --watch`, whose output can be waited for. */
class Watch {
  output = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor({ root }: Project, ...args: readonly string[]) {
    const child = spawn(process.execPath, [CLI, 'synth', '--watch', ...args], { cwd: root, env: { PATH: process.env['PATH'] ?? '' } });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.#ended;
    });
  }

  /** Waits for a text in what is printed after it was called last. */
  async shows(text: RegExp): Promise<void> {
    await vi.waitUntil(() => text.test(this.output), { interval: 10, timeout: 20_000 });
    this.output = '';
  }

  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.#ended;
  }
}

describe('fleetwright synth --watch', { timeout: 60_000 }, () => {
  it('renders what changes, tells what cannot be rendered, and ends when it is interrupted', async () => {
    const project = aProject(WORKER);
    const watch = new Watch(project);
    await watch.shows(/Done, in \d+ ms/);

    project.stack('acme', WORKER.replace('Work.', 'Rest.'));
    await watch.shows(/~ rendered\/dev\/acme\/worker\.yaml\n.*Done, in \d+ ms/);
    expect(project.read()[FILE]).toContain('Rest.');

    project.stack('acme', '\n  throw new Error("no luck");');
    await watch.shows(/stacks\/acme\.ts:\d+:\d+ threw: no luck \[FW_STACK_INVALID\]\n.*Waiting for the next change/);
    expect(project.read()[FILE]).toContain('Rest.');

    project.stack('acme', WORKER);
    await watch.shows(/Done, in \d+ ms/);
    expect(project.read()[FILE]).toContain('Work.');
    expect(await watch.interrupt()).toBe(0);
  });

  it('renders what imports a changed file, and everything for another environment', async () => {
    const project = aProject(WORKER);
    project.write('lib/words.ts', "export const words: string = 'Work.';\n");
    const stack = project.source('stacks/acme.ts').replace("'Work.'", 'words');
    project.write('stacks/acme.ts', `import { words } from '../lib/words.ts';\n${stack}`);
    const watch = new Watch(project);
    await watch.shows(/Done, in \d+ ms/);

    project.write('lib/words.ts', "export const words: string = 'Rest.';\n");
    await watch.shows(/Done, in \d+ ms/);
    expect(project.read()[FILE]).toContain('Rest.');

    project.environment('prod', ['acme']);
    await watch.shows(/\+ rendered\/prod\/acme\/worker\.yaml/);

    project.write('tools.yaml', 'tools: []\n');
    await watch.shows(/\[FW_TOOLS_INVALID\]/);
    project.remove('tools.yaml');
    await watch.shows(/Nothing changed, in \d+ ms/);
    expect(await watch.interrupt()).toBe(0);
  });

  it('renders what names all orgs when the stack of one of them says another thing there', async () => {
    const project = aProject(WORKER);
    project.stack('news');
    project.environment('dev', ['acme', 'news']);
    const watch = new Watch(project);
    await watch.shows(/Done, in \d+ ms/);
    project.stack('acme', WORKER.replace('Work.', 'Rest.'));
    await watch.shows(/~ rendered\/dev\/acme\/worker\.yaml\nDone, in \d+ ms/);
    project.stack('acme', WORKER.replaceAll("'worker'", "'writer'"));
    await watch.shows(/~ rendered\/dev\/fleet\.json\n/);
    expect(JSON.parse(project.read()['dev/fleet.json'] ?? '')).toMatchObject({ orgs: { acme: { agents: { writer: {} } }, news: {} } });
    expect(await watch.interrupt()).toBe(0);
  });

  it('goes on when folders and the tree are removed and come back', async () => {
    const project = aProject(WORKER);
    const source = project.source('stacks/acme.ts');
    const environment = project.source('environments/dev.yaml');
    const watch = new Watch(project);
    await watch.shows(/Done, in \d+ ms/);

    project.remove('stacks');
    await watch.shows(/org 'acme' has no stack.*\n.*Waiting for the next change/);
    project.write('stacks/acme.ts', source);
    await watch.shows(/Nothing changed, in \d+ ms/);
    project.stack('acme', WORKER.replace('Work.', 'Rest.'));
    await watch.shows(/~ rendered\/dev\/acme\/worker\.yaml\nDone, in \d+ ms/);

    project.remove('environments');
    await watch.shows(/\[FW_ENVIRONMENT_UNKNOWN\]/);
    project.write('environments/dev.yaml', environment);
    await watch.shows(/Nothing changed, in \d+ ms/);
    project.environment('dev', []);
    await watch.shows(/- rendered\/dev\/acme\/worker\.yaml/);
    project.environment('dev', ['acme']);
    await watch.shows(/\+ rendered\/dev\/acme\/worker\.yaml/);

    project.remove('rendered');
    project.stack('acme', WORKER.replace('Work.', 'Play.'));
    await watch.shows(/\+ rendered\/dev\/acme\/worker\.yaml/);
    expect(project.read()[FILE]).toContain('Play.');
    expect(Object.keys(project.read())).toContain('dev/acme/_org.yaml');
    expect(await watch.interrupt()).toBe(0);
  });

  it('holds the tree', async () => {
    const project = aProject(WORKER);
    const watch = new Watch(project);
    await watch.shows(/Done, in \d+ ms/);
    const other = new Watch(project);
    await other.shows(/\[FW_OUTPUT_LOCKED\]/);
    expect(await other.interrupt()).toBe(2);
  });
});
