import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../binaries/index.ts';
import type { RunFolder } from '../cluster/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const COPIED = ['Pulumi.yaml', 'environments', 'package.json', 'pulumi.ts', 'stacks', 'tools.lock', 'tools.yaml'];
const LINKED = ['charts', 'constructs', 'controller', 'node_modules', 'policies', 'scripts'];

/** Commands that report each resource twice unless they are told not to. */
const LONG = new Set(['destroy', 'preview', 'refresh', 'up']);

/** What a command of Pulumi said. */
export interface PulumiResult {
  readonly code: number;
  /** Both streams: Pulumi says what is wrong on either. */
  readonly text: string;
}

/** What an update did, by operation: `create`, `same`, `update`, `delete`. */
export type ResourceChanges = Readonly<Record<string, number>>;

/** What `PulumiProject` needs. */
export interface PulumiProjectOptions {
  readonly run: RunFolder;
  readonly kubeconfig: string;
  /** Path of kubectl. */
  readonly kubectl: string;
}

/** A copy of this repository that tests may change, with a state and a home of its own. */
export class PulumiProject {
  readonly root: string;
  readonly #env: Readonly<Record<string, string>>;

  /** Makes the copy. */
  static async create(options: PulumiProjectOptions): Promise<PulumiProject> {
    const project = new PulumiProject(options);
    await project.#nameContext();
    return project;
  }

  private constructor({ run, kubeconfig, kubectl }: PulumiProjectOptions) {
    this.root = mkdtempSync(join(run.path, 'pulumi-'));
    for (const name of COPIED) cpSync(join(ROOT, name), join(this.root, name), { recursive: true });
    for (const name of LINKED) symlinkSync(join(ROOT, name), join(this.root, name));
    for (const folder of ['.bin', '.home', '.state']) mkdirSync(join(this.root, folder));
    symlinkSync(kubectl, join(this.root, '.bin', 'kubectl'));
    const ownConfig = join(this.root, '.home', 'kubeconfig');
    copyFileSync(kubeconfig, ownConfig);
    this.#env = {
      KUBECONFIG: ownConfig,
      PATH: `${join(this.root, '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      PULUMI_BACKEND_URL: `file://${join(this.root, '.state')}`,
      PULUMI_CONFIG_PASSPHRASE: '',
      PULUMI_HOME: join(this.root, '.home'),
      PULUMI_SKIP_UPDATE_CHECK: 'true',
    };
  }

  /** Gives the cluster's context the name that the guide and the stack's configuration use. */
  async #nameContext(): Promise<void> {
    const { code, text } = await this.kubectl('config', 'rename-context', 'e2e', 'dev');
    if (code !== 0) throw new Error(text);
  }

  /** Lets Pulumi deliver org `lab` to `dev`, in the words of the guide. */
  giveToPulumi(): void {
    const lines = readFileSync(join(import.meta.dirname, 'engine.yaml'), 'utf8').replace('orgs:\n', '');
    this.edit('environments/dev.yaml', '  lab:\n', lines);
  }

  /** Changes a file of the copy. */
  edit(file: string, before: string, after: string): void {
    const path = join(this.root, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(before)) throw new Error(`${file} has no '${before}'`);
    writeFileSync(path, text.replace(before, after));
  }

  /** Runs kubectl in the cluster. */
  async kubectl(...args: readonly string[]): Promise<PulumiResult> {
    return this.#run('kubectl', args);
  }

  /** Runs Pulumi, and shows what it prints. */
  async pulumi(command: string, env: Readonly<Record<string, string>> = {}): Promise<PulumiResult> {
    const [verb = '', ...rest] = command.split(' ');
    const options = LONG.has(verb) ? ['--suppress-progress'] : [];
    const result = await this.#run('pulumi', [verb, ...rest, ...options, '--non-interactive', '--color=never'], env);
    const set = Object.entries(env).map(([name, value]) => `${name}=${value} `);
    console.log(`$ ${set.join('')}pulumi ${command}\n${result.text.trim()}\n`);
    return result;
  }

  /** Runs lines of a guide as they stand there, up to the first that fails, and says yes to what Pulumi asks. */
  async shell(lines: string): Promise<PulumiResult> {
    const env = { HOME: this.root, PULUMI_BACKEND_URL: '', PULUMI_SKIP_CONFIRMATIONS: 'true' };
    const result = await this.#run('bash', ['-euxo', 'pipefail', '-c', lines], env);
    console.log(result.text.trim());
    return result;
  }

  /** What the last update did. */
  async lastChanges(): Promise<ResourceChanges> {
    const { code, text } = await this.#run('pulumi', ['stack', 'history', '--json', '--page-size=1']);
    if (code !== 0) throw new Error(text);
    const [last] = JSON.parse(text) as readonly { readonly resourceChanges?: ResourceChanges }[];
    return last?.resourceChanges ?? {};
  }

  async #run(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<PulumiResult> {
    const { code, stdout, stderr } = await runCommand(file, args, { cwd: this.root, env: { ...this.#env, ...env } });
    return { code, text: stdout + stderr };
  }
}
