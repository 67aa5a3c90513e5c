import { join } from 'node:path';
import { unpackDebian } from '../binaries/index.ts';

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
  await unpackDebian(root, PACKAGES);
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
