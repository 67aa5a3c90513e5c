import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Binary, type BinaryName, binaries } from './catalog.ts';
import type { Go } from './go.ts';
import { runCommand } from './run-command.ts';

const BUILD_ENVIRONMENT = {
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=readonly -trimpath -buildvcs=false',
  GOGC: '400',
  // Whatever the caller has set belongs to the caller's Go.
  GOROOT: '',
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
};

/** Where a binary is, and what it took to get it. */
export interface BuiltBinary {
  readonly name: BinaryName;
  readonly version: string;
  readonly path: string;
  /** `warm`: it was in the cache. */
  readonly cache: 'cold' | 'warm';
  readonly seconds: number;
}

/** How `buildBinaries` works. */
export interface BuildOptions {
  readonly go: Go;
  /** Root of the repository. */
  readonly root: string;
  readonly names: readonly BinaryName[];
  readonly log: (line: string) => void;
}

/** Builds the binaries that are not in the cache, one after another, because one `go build` already uses every core. */
export async function buildBinaries(options: BuildOptions): Promise<BuiltBinary[]> {
  const built: BuiltBinary[] = [];
  for (const binary of binaries.filter(({ name }) => options.names.includes(name))) built.push(await buildBinary(binary, options));
  return built;
}

async function buildBinary(binary: Binary, { go, root, log }: BuildOptions): Promise<BuiltBinary> {
  const start = performance.now();
  const wrapper = join(root, 'e2e', 'tools', binary.wrapper);
  const cache = join(root, '.cache', 'e2e', 'bin');
  const path = join(cache, `${binary.name}-${fingerprint(binary, wrapper, go)}`);
  const isWarm = existsSync(path);
  if (!isWarm) {
    log(`building ${binary.name} ${binary.version} with ${go.version} …`);
    mkdirSync(cache, { recursive: true });
    await link(binary, { wrapper, output: path, command: go.command });
    removeOlder(cache, binary, path);
  }
  const seconds = (performance.now() - start) / 1000;
  const result: BuiltBinary = { name: binary.name, version: binary.version, path, cache: isWarm ? 'warm' : 'cold', seconds };
  log(`${binary.name} ${binary.version}: ${result.cache}, ${seconds.toFixed(1)} s`);
  return result;
}

async function link(binary: Binary, { wrapper, output, command }: { wrapper: string; output: string; command: string }): Promise<void> {
  const unfinished = `${output}.${process.pid}`;
  const args = ['-C', wrapper, 'build', '-o', unfinished, '-ldflags', linkerFlags(binary), binary.package];
  const { code, stderr } = await runCommand(command, args, { env: BUILD_ENVIRONMENT });
  if (code !== 0) {
    rmSync(unfinished, { force: true });
    throw new Error(`${binary.name} cannot be built: ${command} ${args.join(' ')} ended with ${code}:\n${stderr.trim()}`);
  }
  renameSync(unfinished, output);
}

function linkerFlags(binary: Binary): string {
  return ['-s', '-w', ...Object.entries(binary.stamps).map(([variable, value]) => `-X ${variable}=${value}`)].join(' ');
}

/** Everything that decides what the binary contains. */
function fingerprint(binary: Binary, wrapper: string, go: Go): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(wrapper, file)));
  hash.update(JSON.stringify([binary.package, linkerFlags(binary), BUILD_ENVIRONMENT, go.version, process.platform, process.arch]));
  return hash.digest('hex');
}

function removeOlder(cache: string, binary: Binary, newest: string): void {
  for (const file of readdirSync(cache)) {
    const isOlder = file.startsWith(`${binary.name}-`) && /^[0-9a-f]{64}$/.test(file.slice(binary.name.length + 1));
    if (isOlder && join(cache, file) !== newest) rmSync(join(cache, file));
  }
}
