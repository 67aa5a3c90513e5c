import { spawnSync } from 'node:child_process';
import { findBadCodeBlocks } from './code-blocks.ts';
import { findUndocumented } from './documentation.ts';
import { findMissingPages, readErrorCodes, readProblemCodes } from './error-pages.ts';
import { describeFinding, type Finding } from './finding.ts';
import { findDeadLinks } from './links.ts';
import { findUnpinned } from './pins.ts';
import { findBannedText } from './plain-text.ts';
import { findDrift, findUnstableOutput, synthesizeWith } from './rendered-tree.ts';
import { readRuleIds } from './rule-ids.ts';
import { runCommand } from './run-command.ts';
import type { HelpOf } from './shell-block.ts';
import { findUnpinnedActions } from './workflow-pins.ts';

/** One part of `npm run check`. */
export interface Step {
  readonly name: string;
  /** What it refuses. Empty: it is content. */
  readonly findProblems: (root: string) => Promise<readonly string[]>;
}

/** All steps. Those of one group may run at the same time; a group starts when the one before has ended. */
export const stepGroups: readonly (readonly Step[])[] = [
  [
    tool('format', [
      'prettier',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-strategy=content',
      '--cache-location=.cache/prettier',
      '.',
    ]),
    tool('lint', ['oxlint', '--type-aware', '--deny-warnings']),
    tool('types', ['tsc', '--noEmit']),
    tool('types of the page', ['tsc', '--noEmit', '-p', 'e2e/web']),
    tool('dead code', ['knip', '--no-progress', '--treat-config-hints-as-errors']),
    own('pins', (root) => [...findUnpinned(root, process.versions.node), ...findUnpinnedActions(root)]),
    own('text', findBannedText),
    own('jsdoc', findUndocumented),
    own('error pages', async (root) =>
      findMissingPages(root, [...readErrorCodes(root), ...readProblemCodes(root), ...(await readRuleIds(root))]),
    ),
    own('docs', (root) => [...findBadCodeBlocks(root, helpOf(root)), ...findDeadLinks(root)]),
  ],
  [tool('tests', ['vitest', 'run'])],
  [
    { name: 'synth twice', findProblems: async (root) => findUnstableOutput(synthesizeWith(root)) },
    { name: 'rendered tree', findProblems: async (root) => findDrift(root, synthesizeWith(root)) },
  ],
];

function tool(name: string, command: readonly string[]): Step {
  const findProblems = async (root: string): Promise<string[]> => {
    const { code, output } = await runCommand(command, { root });
    return code === 0 ? [] : [output.trim() || `${command.join(' ')} ended with ${code ?? 'a signal'}`];
  };
  return { name, findProblems };
}

function own(name: string, find: (root: string) => readonly Finding[] | Promise<readonly Finding[]>): Step {
  return { name, findProblems: async (root) => (await find(root)).map(describeFinding) };
}

function helpOf(root: string): HelpOf {
  const known = new Map<string, string>();
  return (command) => {
    const words = [...(command?.split(' ') ?? []), '--help'];
    const help =
      known.get(words.join(' ')) ??
      spawnSync(process.execPath, ['scripts/fleetwright.js', ...words], { cwd: root, encoding: 'utf8' }).stdout;
    known.set(words.join(' '), help);
    return help;
  };
}
