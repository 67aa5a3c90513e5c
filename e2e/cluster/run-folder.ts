import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The environment variable that names the folder of the run. Every process of a run inherits it, which marks the process as
 * ours: no list of processes to keep, and none that can be mistaken for another program's.
 */
export const RUN_VARIABLE = 'FLEETWRIGHT_E2E_RUN';

const PREFIX = 'fleetwright-e2e-';

/** The folder of one run. All that the run writes outside of the repository's cache is below it. */
export class RunFolder {
  readonly path: string;

  /** A fresh folder, its name bearing the id of this process. */
  static create(): RunFolder {
    return new RunFolder(mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`)));
  }

  /** Kills and removes what earlier runs left behind whose own process is gone. Returns the names of their folders. */
  static sweepAbandoned(): string[] {
    const abandoned = readdirSync(tmpdir()).filter((name) => isAbandoned(name));
    for (const name of abandoned) {
      const folder = new RunFolder(join(tmpdir(), name));
      folder.killProcesses();
      folder.remove();
    }
    return abandoned;
  }

  /** A folder that exists. */
  constructor(path: string) {
    this.path = path;
  }

  /** What a process of this run has in its environment. */
  get environment(): Readonly<Record<string, string>> {
    return { [RUN_VARIABLE]: this.path };
  }

  /** Ids of the processes of this run, this one aside. */
  liveProcesses(): number[] {
    const mark = `${RUN_VARIABLE}=${this.path}\0`;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map(Number).filter((pid) => pid !== process.pid && readProcess(pid, 'environ').includes(mark));
  }

  /** Kills the processes of this run, and returns their command lines. */
  killProcesses(): string[] {
    const commands: string[] = [];
    // Again until there is none: a process may have started another while it was about to be killed.
    for (let pids = this.liveProcesses(); pids.length > 0; pids = this.liveProcesses()) {
      for (const pid of pids) {
        commands.push(readProcess(pid, 'cmdline').replaceAll('\0', ' ').trim());
        kill(pid);
      }
    }
    return [...new Set(commands)].filter(Boolean);
  }

  /** Removes the folder and all in it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function isAbandoned(name: string): boolean {
  const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
  return pid !== undefined && readProcess(Number(pid), 'cmdline') === '';
}

/** What the kernel tells of a process; empty when it has ended, or is another user's. */
function readProcess(pid: number, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
