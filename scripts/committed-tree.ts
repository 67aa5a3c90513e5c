import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { FleetwrightError } from '../constructs/index.ts';

const LARGEST_OUTPUT = 1024 ** 3;

/** The files of a folder as the last commit holds them. */
export class CommittedTree {
  readonly #folder: string;
  /** Path below the folder → id of its blob. */
  readonly #blobs = new Map<string, string>();

  /** @throws FleetwrightError FW_USAGE where `folder` is not within a Git repository that has a commit. */
  constructor(folder: string) {
    this.#folder = folder;
    const listing = this.#git(['ls-tree', '-r', '-z', '--full-tree', 'HEAD:./']);
    for (const row of listing.split('\0')) {
      const match = /^100(?:644|755) blob ([0-9a-f]+)\t(.+)$/s.exec(row);
      if (match?.[1] !== undefined && match[2] !== undefined) this.#blobs.set(match[2], match[1]);
    }
  }

  /** Paths of all files. */
  get paths(): IterableIterator<string> {
    return this.#blobs.keys();
  }

  /** How a file compares with a text, by Git's own digest of it; nothing is read. */
  compare(path: string, text: string): 'missing' | 'same' | 'different' {
    const id = this.#blobs.get(path);
    if (id === undefined) return 'missing';
    const content = Buffer.from(text);
    const digest = createHash(id.length === 40 ? 'sha1' : 'sha256').update(`blob ${content.length}\0`).update(content).digest('hex');
    return digest === id ? 'same' : 'different';
  }

  /** The text of a file. */
  read(path: string): string {
    const id = this.#blobs.get(path);
    return id === undefined ? '' : this.#git(['cat-file', 'blob', id]);
  }

  #git(args: readonly string[]): string {
    try {
      return execFileSync('git', ['-C', this.#folder, ...args], { encoding: 'utf8', maxBuffer: LARGEST_OUTPUT, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (cause) {
      const why = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n')[0] : String(cause);
      throw new FleetwrightError('FW_USAGE', `the committed tree at ${this.#folder} cannot be read: ${why}; commit it once, or use 'fleetwright synth --dry-run'`, { cause });
    }
  }
}
