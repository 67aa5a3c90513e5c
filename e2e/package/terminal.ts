import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';

/** What the test runner, npm scripts and hooks of Git say to their children, and no person to a shell. */
const FOREIGN =
  /^(CI|FORCE_COLOR|GIT_.*|INIT_CWD|NODE|NODE_(ENV|OPTIONS|PATH)|TEST|VITEST.*|npm_(command|execpath|lifecycle_.*|node_execpath|package_.*)|npm_config_(global_prefix|local_prefix|prefix|user_agent))$/;
const AUTHOR = { GIT_AUTHOR_EMAIL: 'a@example.com', GIT_AUTHOR_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a' };
const NO_CONFIGURATION = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', npm_config_loglevel: 'error' };

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/';

/** What a line has left. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** How a line is run. */
export interface LineOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether npm finds its registry. */
  readonly isOnline?: boolean;
}

/** A shell in a folder, in which one Node.js is installed. */
export class Terminal {
  readonly folder: string;
  /** The folder of the program `node`. */
  readonly nodeFolder: string;

  constructor(folder: string, nodeFolder: string) {
    this.folder = folder;
    this.nodeFolder = nodeFolder;
  }

  /** Runs a line to its end, whatever comes of it. */
  async try(line: string, { env = {}, isOnline = false }: LineOptions = {}): Promise<Answer> {
    const begin = performance.now();
    const child = spawn('/bin/sh', ['-c', line], {
      cwd: this.folder,
      env: { ...this.environment(), ...(isOnline ? {} : { npm_config_registry: NOWHERE }), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
    }
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? -1));
    });
    return { code, ...texts, seconds: (performance.now() - begin) / 1000 };
  }

  /** Runs a line that has to succeed. */
  async run(line: string, options: LineOptions = {}): Promise<Answer> {
    const answer = await this.try(line, options);
    if (answer.code !== 0) throw new Error(`$ ${line}\n${answer.stdout}${answer.stderr}ended with ${answer.code}`);
    return answer;
  }

  /** The variables that its programs get. */
  environment(): Record<string, string> {
    const { PATH = '', ...rest } = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined || FOREIGN.test(name) ? [] : [[name, value]])),
    );
    // What npm put before the path of this process would be found before the Node.js that is meant.
    const path = PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'));
    return { ...rest, ...AUTHOR, ...NO_CONFIGURATION, NO_COLOR: '1', PATH: [this.nodeFolder, ...path].join(delimiter) };
  }
}
