import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../binaries/run-command.ts';
import { cachedFolder } from '../cached-folder.ts';

/** Exact versions of the programs, which the npm registry serves, and the scripts that fetch what they consist of. */
const PACKAGES = [
  '@anthropic-ai/claude-code@2.1.330',
  '@google/gemini-cli@0.61.0',
  '@openai/codex@0.169.0',
  'droid@0.215.0',
  'opencode-ai@1.18.33',
];
const INSTALLERS = ['@anthropic-ai/claude-code/install.cjs', 'droid/install.js', 'opencode-ai/postinstall.mjs'];

/** Gets the coding agents, unless they are in the cache: 1.5 GB, half a minute on a good line. @returns the folder of their programs */
export async function installAgents(root: string): Promise<string> {
  const folder = await cachedFolder(join(root, '.cache', 'e2e', 'agents'), PACKAGES, install);
  return join(folder, 'node_modules', '.bin');
}

async function install(folder: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES], folder);
  for (const script of INSTALLERS) await run(process.execPath, [join(folder, 'node_modules', script)], folder);
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code, stdout, stderr } = await runCommand(command, args, { cwd });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}
