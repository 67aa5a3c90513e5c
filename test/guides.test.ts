import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from '../scripts/gates/markdown.ts';
import { type Ended, shell } from '../scripts/testing/command.ts';
import { anEstate, aProject, type Project } from '../scripts/testing/project.ts';

const ROOT = join(import.meta.dirname, '..');
const GUIDES = join(ROOT, 'docs', 'guides');
/** Its commands need Pulumi and a cluster: `npm run e2e:pulumi` runs them. */
const RUN_ELSEWHERE = 'pulumi-or-argo-cd.md';
const guides = readdirSync(GUIDES).filter((file) => file.endsWith('.md') && file !== RUN_ELSEWHERE);

/** A line of a guide's shell blocks, and what it must end with: `npx fleetwright diff # exits with 1`. */
interface Step {
  readonly command: string;
  readonly code: number;
}

function stepsOf(guide: string): Step[] {
  return codeBlocks(readFileSync(join(GUIDES, guide), 'utf8'))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.replaceAll('\\\n', ' ').split('\n'))
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((command) => ({ command, code: Number(/# exits with (\d)/.exec(command)?.[1] ?? 0) }));
}

/** Guides that show a whole stack, for a repository that `fleetwright init` has made. */
const FROM_THE_START = new Set(['on-a-laptop.md']);

/** A new repository, with the stack that the guide shows, and the package installed. */
function aNewRepository(guide: string): Project {
  const project = aProject('');
  for (const path of ['environments', 'stacks']) project.remove(path);
  expect(shell(project, '$FLEETWRIGHT init --yes')).toMatchObject({ code: 0, stderr: '' });
  const [stack] = codeBlocks(readFileSync(join(GUIDES, guide), 'utf8')).filter(({ language }) => language === 'ts');
  project.write(`stacks/${basename(guide, '.md')}.ts`, `${stack?.code}\n`);
  const exported = `export * from ${JSON.stringify(join(ROOT, 'index.ts'))};\n`;
  project.write('node_modules/fleetwright/package.json', JSON.stringify({ name: 'fleetwright', type: 'module', exports: './index.js' }));
  project.write('node_modules/fleetwright/index.js', exported);
  return project;
}

/** A repository with the guide's own org, where it has one, or else with the whole example; rendered and committed. */
function aRepository(guide: string): Project {
  const name = basename(guide, '.md');
  const source = join(GUIDES, `${name}.ts`);
  const project = existsSync(source) ? aProject('') : anEstate();
  if (existsSync(source)) {
    project.remove('stacks/acme.ts');
    project.environment('dev', [name]);
    project.write(`stacks/${name}.ts`, readFileSync(source, 'utf8').replace("'../../index.ts'", JSON.stringify(join(ROOT, 'index.ts'))));
  }
  const input = join(GUIDES, `${name}.yaml`);
  if (existsSync(input)) project.write(`${name}.yaml`, readFileSync(input, 'utf8'));
  project.write('.gitignore', '.cache/\nbin/\nnode_modules\n');
  // As where the package is installed, with what it comes with.
  symlinkSync(join(ROOT, 'node_modules'), join(project.root, 'node_modules'));
  return project;
}

/** What `npx` runs in the guides. */
function addCommand(project: Project): void {
  mkdirSync(join(project.root, 'bin'));
  writeFileSync(join(project.root, 'bin', 'npx'), '#!/bin/sh\nshift\nexec $FLEETWRIGHT "$@"\n', { mode: 0o755 });
}

function run(project: Project, command: string): Ended {
  return shell(project, `PATH="$PWD/bin:$PATH"; ${command}`);
}

describe('the guides', { timeout: 120_000 }, () => {
  it.each(guides)('%s does what it says', (guide) => {
    const project = FROM_THE_START.has(guide) ? aNewRepository(guide) : aRepository(guide);
    addCommand(project);
    const start = run(project, 'git init -q && npx fleetwright synth >/dev/null && git add . && git commit -qm start');
    expect(start.stderr).toBe('');
    for (const { command, code } of stepsOf(guide)) {
      const ended = run(project, command);
      expect({ command, code: ended.code, says: ended.code === code ? '' : ended.stderr + ended.stdout }).toEqual({
        command,
        code,
        says: '',
      });
    }
  });
});
