import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/**
 * Unpacks packages of Debian into a folder, downloaded by the first call. Nothing is installed, and no service is started.
 *
 * @throws Error where they cannot be downloaded
 */
export async function unpackDebian(root: string, packages: readonly string[]): Promise<void> {
  // The folder appears only when all is in it.
  if (existsSync(root)) return;
  const folder = `${root}.${process.pid}`;
  rmSync(folder, { force: true, recursive: true });
  mkdirSync(join(folder, 'packages'), { recursive: true });
  const get = () => runCommand('apt-get', ['download', ...packages], { cwd: join(folder, 'packages') });
  const found = await get();
  if (found.code !== 0) {
    await must('apt-get', ['update']);
    const { code, stderr } = await get();
    if (code !== 0) throw new Error(`${packages.join(', ')} cannot be downloaded: ${stderr.trim()}`);
  }
  for (const name of readdirSync(join(folder, 'packages'))) await must('dpkg', ['-x', join(folder, 'packages', name), folder]);
  rmSync(join(folder, 'packages'), { recursive: true });
  renameSync(folder, root);
}

async function must(file: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand(file, args);
  if (code !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr.trim()}`);
}
