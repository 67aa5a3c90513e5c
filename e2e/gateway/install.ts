import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../binaries/run-command.ts';
import { cachedFolder } from '../cached-folder.ts';

/** What is installed: exact versions, which pip resolves with all that they need. The second is needed even without a database. */
const PYTHON_PACKAGES = ['litellm[proxy]==1.106.2', 'prisma==0.15.0'];

/** Where Redis comes from on a machine that has none: Debian's packages, unpacked without being installed. */
const DEBIAN_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'];

/** The programs of the gateway. */
export interface GatewayPrograms {
  readonly litellm: string;
  readonly redis: string;
  /** Variables that Redis needs. */
  readonly redisEnvironment: Readonly<Record<string, string>>;
}

/** Gets LiteLLM and Redis, unless they are in the cache: half a gigabyte, ten seconds on a good line. */
export async function installGateway(root: string): Promise<GatewayPrograms> {
  const cache = join(root, '.cache', 'e2e');
  const litellm = await cachedFolder(join(cache, 'litellm'), PYTHON_PACKAGES, installLitellm);
  const found = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync);
  if (found !== undefined) return { litellm: join(litellm, 'bin', 'litellm'), redis: found, redisEnvironment: {} };
  const redis = await cachedFolder(join(cache, 'redis'), DEBIAN_PACKAGES, unpackRedis);
  return {
    litellm: join(litellm, 'bin', 'litellm'),
    redis: join(redis, 'usr', 'bin', 'redis-server'),
    redisEnvironment: { LD_LIBRARY_PATH: join(redis, 'usr', 'lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`) },
  };
}

/** Programs in a virtual environment know its path, so it is made where it stays. */
async function installLitellm(folder: string): Promise<void> {
  const python = join(folder, 'bin', 'python');
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv']);
  await run(join(folder, 'bin', 'uv'), ['pip', 'install', '--quiet', '--python', python, ...PYTHON_PACKAGES]);
}

async function unpackRedis(folder: string): Promise<void> {
  await run('apt-get', ['download', '--quiet', ...DEBIAN_PACKAGES], folder);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg', ['-x', file, '.'], folder);
    rmSync(join(folder, file));
  }
}

async function run(command: string, args: readonly string[], cwd?: string): Promise<void> {
  const { code, stdout, stderr } = await runCommand(command, args, { ...(cwd && { cwd }) });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}
