import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** The release that builds everything where no newer one is at hand. */
const PINNED_GO = '1.26.8';
const OLDEST_MINOR = 26;

/** A Go toolchain that is new enough for the wrapper modules. */
export interface Go {
  /** The `go` command. */
  readonly command: string;
  /** Such as `go1.26.8`. */
  readonly version: string;
}

/** A module in the module cache, its hash checked against the Go checksum database. */
export interface GoModule {
  readonly dir: string;
  readonly sum: string;
}

/**
 * Finds Go. In this order: `go` of the PATH when it is new enough; else the pinned release, which an older `go` can fetch as
 * a module; where there is no `go` at all, one from Debian's packages, if this process may install packages.
 */
export async function findGo(log: (line: string) => void): Promise<Go> {
  let version = await goVersion('go');
  if (version === undefined) {
    await installGo(log);
    version = await goVersion('go');
  }
  if (version === undefined) throw new Error(howToInstall('go is installed but does not run'));
  if (isNewEnough(version)) return { command: 'go', version };

  log(`go on the PATH is ${version}; fetching go${PINNED_GO} through the module proxy`);
  return fetchToolchain();
}

/** Fetches a module at a version, or takes it from the module cache. */
export async function downloadModule(go: string, module: string, version: string): Promise<GoModule> {
  // Outside of any module, so that no go.mod above this folder has a say in it.
  const env = { GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '' };
  const result = await runCommand(go, ['mod', 'download', '-json', `${module}@${version}`], { cwd: tmpdir(), env });
  const answer = parseAnswer(result.stdout);
  if (answer.Dir === undefined || answer.Sum === undefined) {
    throw new Error(
      `module ${module}@${version} cannot be downloaded: ${answer.Error ?? result.stderr.trim()}; check GOPROXY and the network`,
    );
  }
  return { dir: answer.Dir, sum: answer.Sum };
}

function parseAnswer(stdout: string): { Dir?: string; Sum?: string; Error?: string } {
  return stdout.trim() === '' ? {} : (JSON.parse(stdout) as { Dir?: string; Sum?: string; Error?: string });
}

async function goVersion(command: string): Promise<string | undefined> {
  const { code, stdout } = await runCommand(command, ['version'], { env: { GOTOOLCHAIN: 'local' } });
  return code === 0 ? /go version (go\S+)/.exec(stdout)?.[1] : undefined;
}

function isNewEnough(version: string): boolean {
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= OLDEST_MINOR);
}

async function installGo(log: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error(howToInstall('there is no go on the PATH, and only root may install packages'));
  log('no go on the PATH: apt-get install golang-go');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update', '-qq'], { env });
  const result = await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'golang-go', 'ca-certificates'], { env });
  if (result.code !== 0) throw new Error(howToInstall(`apt-get install golang-go failed: ${result.stderr.trim()}`));
}

function howToInstall(reason: string): string {
  return `the end-to-end tests build Kubernetes from source and need Go 1.${OLDEST_MINOR} or newer: ${reason}; install it from https://go.dev/doc/install and put it on the PATH`;
}

/** A toolchain is published as a module too. Extracted by an old `go` it lacks the permission to run, which is added here. */
async function fetchToolchain(): Promise<Go> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const { dir } = await downloadModule('go', 'golang.org/toolchain', `v0.0.1-go${PINNED_GO}.${process.platform}-${arch}`);
  for (const folder of [join(dir, 'bin'), join(dir, 'pkg', 'tool', `${process.platform}_${arch}`)]) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o555);
  }
  const command = join(dir, 'bin', 'go');
  const version = await goVersion(command);
  if (version === undefined) throw new Error(howToInstall(`the fetched toolchain in ${dir} does not run`));
  return { command, version };
}
