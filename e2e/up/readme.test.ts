import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = process.cwd();
const PATIENCE_MS = 120_000;

/** What runs elsewhere: with the tests themselves, in the tier `package`, or in the tier that a line names. */
const ELSEWHERE = /^(npm test|npm run (check|e2e:\w+|harness|bench)\b.*|npm install fleetwright|npx fleetwright .*)$/;
const START = 'npm ci && npm start';
const WATCH = 'npm run -s fleetwright -- synth --watch';
const IDEA = /^npm run -s fleetwright -- new .* --follow$/;

/** The lines of shell in the README, without what they say about themselves. */
const lines = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```sh\n([^]*?)^```$/gm)]
  .flatMap(([, code = '']) => code.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '' && !ELSEWHERE.test(line));

/** As after `git clone`, with what has been changed and what `npm ci` installs. */
let tree: string;
const author = { GIT_AUTHOR_EMAIL: 'a@example.com', GIT_AUTHOR_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a' };
const env = {
  ...author,
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_API_KEY$|_BASE_URL$|^GIT_|^VITEST|^NODE_ENV$/.test(name))),
};

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'fleetwright-readme-'));
  const copy =
    'git ls-files -z --cached --others --exclude-standard --deduplicate | xargs -0 cp --parents --no-dereference -t "$0" 2> /dev/null';
  spawnSync('sh', ['-c', copy, tree], { cwd: ROOT });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'All'],
  ])
    git(...args);
});

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: tree, env, encoding: 'utf8' });
}

afterAll(() => {
  rmSync(tree, { recursive: true, force: true });
});

/** A line that goes on until it is ended. */
class Running {
  readonly child: ChildProcess;
  printed = '';

  constructor(line: string) {
    this.child = spawn('bash', ['-c', line], { cwd: tree, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.printed += text));
  }

  async until(pattern: RegExp): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!pattern.test(this.printed)) {
      if (performance.now() > end || this.child.exitCode !== null) throw new Error(`${pattern} was not printed:\n${this.printed}`);
      await sleep(100);
    }
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }

  /** As Ctrl-C does: all of the terminal's foreground hears it. */
  async interrupt(): Promise<void> {
    if (this.child.exitCode === null && this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGINT');
    await this.ended();
  }
}

function runLine(line: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('bash', ['-c', line], { cwd: tree, env, encoding: 'utf8', timeout: PATIENCE_MS });
}

describe('The README', () => {
  it('shows lines that work, beside the running fleet where they need one', async () => {
    expect(lines).toEqual(expect.arrayContaining([START, WATCH, expect.stringMatching(IDEA)]));
    // What `npm ci` does is seen where the tests run.
    const fleet = new Running(START.replace('npm ci && ', ''));
    try {
      await fleet.until(/The fleet runs at/);
      const idea = new Running(lines.find((line) => IDEA.test(line)) ?? '');
      for (const line of lines.filter((each) => each !== START && each !== WATCH && !IDEA.test(each))) {
        const { status, stderr } = runLine(line);
        expect(`${line}: ${status} ${status === 0 ? '' : stderr}`).toBe(`${line}: 0 `);
      }
      await consent(idea);
      expect(await idea.ended()).toBe(0);
    } finally {
      await fleet.interrupt();
    }
    expect(git('status', '--short')).toBe('?? fleet.svg\n');
  });

  it('shows how to render at each change', async () => {
    const watching = new Running(WATCH);
    await watching.until(/Nothing changed, in \d+ ms\.\n/);
    await watching.interrupt();
    expect(git('status', '--short')).toBe('?? fleet.svg\n');
  });
});

/** Says yes to what the factory asks, as a person would who reads what `approve` prints. */
async function consent(idea: Running): Promise<void> {
  const approve = 'npm run -s fleetwright -- approve';
  const end = performance.now() + PATIENCE_MS;
  while (idea.child.exitCode === null && performance.now() < end) {
    const [, id] = /^\s*(?:npm run -s )?fleetwright (?:-- )?approve ([0-9a-f]+)/m.exec(runLine(approve).stdout) ?? [];
    if (id !== undefined) runLine(`${approve} ${id}`);
    await sleep(500);
  }
}
