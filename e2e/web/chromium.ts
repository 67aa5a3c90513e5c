import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { runCommand } from '../binaries/index.ts';

/** Debian's browser. */
const PROGRAM = '/usr/bin/chromium';

/** It asks nobody for anything, and runs as root in a container too. */
const FLAGS = ['--disable-background-networking', '--disable-component-update', '--disable-gpu', '--no-first-run', '--no-sandbox'];

/** Starts Debian's Chromium; installs it where it is missing. @throws Error where it cannot be installed */
export async function openBrowser(): Promise<Browser> {
  if (!existsSync(PROGRAM)) await install();
  return chromium.launch({ executablePath: PROGRAM, args: FLAGS });
}

async function install(): Promise<void> {
  await runCommand('apt-get', ['update']);
  const { code, stderr } = await runCommand('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium']);
  if (code !== 0) throw new Error(`The tests need Debian's chromium, which cannot be installed here: ${stderr.trim()}`);
}
