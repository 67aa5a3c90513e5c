import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { FleetwrightError } from '../constructs/index.ts';
import { gitEnvironment } from './git-environment.ts';
import { INVENTORY, parseInventory } from './tree/index.ts';

const LARGEST_OUTPUT = 1024 ** 3;

/** Neither a link nor a repository of its own. */
const FILE_MODES = new Set(['100644', '100755']);

/** The rendered tree as the last commit holds it, whatever has become of it since. Empty where the commit does not hold it. */
export class CommittedTree {
  /** Path below the folder → id of its blob. */
  readonly #blobs: ReadonlyMap<string, string>;
  readonly #git: (args: readonly string[], input?: string) => Buffer;

  /** @throws FleetwrightError FW_USAGE where `folder` is not within a Git repository that has a commit. */
  constructor(folder: string) {
    const place = nearestFolder(resolve(folder));
    this.#git = (args, input = '') => runGit(folder, ['-C', place, ...args], input);
    const prefix = relative(place, resolve(folder));
    const listing = this.#git(['ls-tree', '-r', '-z', 'HEAD', ...(prefix === '' ? [] : [`${prefix}/`])]).toString();
    const skipped = prefix === '' ? 0 : prefix.length + 1;
    const rows = [...listing.matchAll(/(\d+) \w+ ([0-9a-f]+)\t([^\0]+)\0/gy)].filter(([, mode = '']) => FILE_MODES.has(mode));
    this.#blobs = new Map(rows.map(([, , id = '', path = '']) => [path.slice(skipped), id]));
  }

  /** Paths of the files that Fleetwright has written, as the committed inventory says. */
  ownedPaths(): string[] {
    const inventory = this.readAll([INVENTORY]).get(INVENTORY);
    if (inventory === undefined) return [];
    return Object.keys(parseInventory(`HEAD:${INVENTORY}`, inventory)).filter((path) => this.#blobs.has(path));
  }

  /** How a file compares with a text, by Git's own digest of it; nothing is read. */
  compare(path: string, text: string): 'missing' | 'same' | 'different' {
    const id = this.#blobs.get(path);
    if (id === undefined) return 'missing';
    const content = Buffer.from(text);
    const blob = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
    return hash(id.length === 40 ? 'sha1' : 'sha256', blob) === id ? 'same' : 'different';
  }

  /** The texts of those files that there are, by path: one process for all of them. */
  readAll(paths: readonly string[]): Map<string, string> {
    const wanted = paths.filter((path) => this.#blobs.has(path));
    const answer = this.#git(['cat-file', '--batch'], wanted.map((path) => `${this.#blobs.get(path)}\n`).join(''));
    const texts = new Map<string, string>();
    let at = 0;
    for (const path of wanted) {
      // `<id> blob <size>`, a line feed, that many bytes, a line feed
      const start = answer.indexOf('\n', at) + 1;
      const size = Number(answer.toString('latin1', at, start).split(' ')[2]);
      texts.set(path, answer.toString('utf8', start, start + size));
      at = start + size + 1;
    }
    return texts;
  }
}

/** The folder itself, or the closest one above it that exists. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder));
}

function runGit(folder: string, args: readonly string[], input: string): Buffer {
  try {
    return execFileSync('git', args, { env: gitEnvironment(), input, maxBuffer: LARGEST_OUTPUT, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (cause) {
    throw new FleetwrightError('FW_USAGE', `there is no committed tree ${folder} to compare with: ${explain(cause)}`, { cause });
  }
}

function explain(cause: unknown): string {
  const { code, stderr } = cause as { readonly code?: string; readonly stderr?: Buffer };
  const text = stderr?.toString().trim().split('\n')[0] ?? '';
  if (code === 'ENOENT') return 'Git is not installed; install it';
  if (/not a git repository/.test(text))
    return "it is not in a Git repository; run 'git init' and commit it, or use 'fleetwright synth --dry-run'";
  if (/Not a valid object name HEAD/.test(text))
    return "its repository has no commit yet; commit it once, or use 'fleetwright synth --dry-run'";
  return text || String(cause);
}
