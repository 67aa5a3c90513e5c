import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../binaries/index.ts';

/** A squid that is unpacked, not installed. */
export interface SquidPackage {
  readonly binary: string;
  /** What squid needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Lines of configuration that say where its own files are. */
  readonly prelude: readonly string[];
}

/** Debian's squid and the libraries that a small Debian lacks. */
const PACKAGES = [
  'libecap3',
  'libltdl7',
  'libnetfilter-conntrack3',
  'libnfnetlink0',
  'libtdb1',
  'squid-common',
  'squid-langpack',
  'squid-openssl',
];

/** Debian's squid in the cache; downloaded by the first call. Nothing is installed, and no service is started. */
export async function fetchSquid(cache: string): Promise<SquidPackage> {
  const root = join(cache, 'squid');
  if (!existsSync(root)) await download(root);
  const share = join(root, 'usr/share/squid');
  return {
    binary: join(root, 'usr/sbin/squid'),
    env: { LD_LIBRARY_PATH: join(root, 'usr/lib/x86_64-linux-gnu') },
    prelude: [
      `error_directory ${join(root, 'usr/share/squid-langpack/en')}`,
      `icon_directory ${join(share, 'icons')}`,
      `mime_table ${join(share, 'mime.conf')}`,
      `unlinkd_program ${join(root, 'usr/lib/squid/unlinkd')}`,
    ],
  };
}

/** The folder appears only when all is in it. */
async function download(root: string): Promise<void> {
  const folder = `${root}.${process.pid}`;
  rmSync(folder, { force: true, recursive: true });
  mkdirSync(join(folder, 'packages'), { recursive: true });
  const get = () => runCommand('apt-get', ['download', ...PACKAGES], { cwd: join(folder, 'packages') });
  const found = await get();
  if (found.code !== 0) {
    await must('apt-get', ['update']);
    const { code, stderr } = await get();
    if (code !== 0) throw new Error(`squid cannot be downloaded: ${stderr.trim()}`);
  }
  for (const name of readdirSync(join(folder, 'packages'))) await must('dpkg', ['-x', join(folder, 'packages', name), folder]);
  rmSync(join(folder, 'packages'), { recursive: true });
  renameSync(folder, root);
}

async function must(file: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand(file, args);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr.trim()}`);
}
