import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fleetParts } from '../charts/index.ts';
import { codeBlocks } from '../scripts/gates/markdown.ts';
import pipelinesAndTriggers from '../docs/guides/pipelines-and-triggers.ts';
import { aFleet } from './builders.ts';
import { freePort } from './free-port.ts';

const ROOT = join(import.meta.dirname, '..');

/** What differs from one run to the next. */
const CHANGING = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{16}/g;

it('the guide to pipelines and triggers shows what the controller answers', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetwright-guide-'));
  try {
    const fleet = aFleet();
    pipelinesAndTriggers(fleet);
    const [file] = fleetParts(fleet).flatMap((part) => (part.file === 'test/fleet.json' && !part.manifest ? [part.render()] : []));
    writeFileSync(join(folder, 'fleet.json'), file ?? '');
    // As where an older Node.js is installed.
    writeFileSync(join(folder, 'node'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
    const PATH = `${folder}:${process.env['PATH'] ?? ''}`;
    const env = { ...process.env, PATH, DATA: join(folder, 'data'), FLEET: join(folder, 'fleet.json'), PORT: String(await freePort()) };
    const printed = execFileSync('bash', [join('docs', 'guides', 'pipelines-and-triggers.sh')], { cwd: ROOT, env, encoding: 'utf8' });
    const guide = codeBlocks(readFileSync(join(ROOT, 'docs', 'guides', 'pipelines-and-triggers.md'), 'utf8'));
    const shown = guide.filter(({ language }) => language === 'text').flatMap(({ code }) => code.trim().split('\n'));
    expect(shown.length).toBeGreaterThan(4);
    const same = (text: string) => text.replaceAll(CHANGING, '…');
    expect(printed.trim().split('\n').map(same)).toEqual(shown.map(same));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
