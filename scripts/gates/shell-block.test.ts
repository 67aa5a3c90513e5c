import { describe, expect, it } from 'vitest';
import { findBadCommands } from './shell-block.ts';
import { aRepository } from './testing.ts';

const SCRIPTS = { start: 'node scripts/cli.ts synth', test: 'vitest run', fleetwright: 'node scripts/cli.ts' };
const HELP: Readonly<Record<string, string>> = {
  '': 'Options:\n  -V, --version  print the version\n\nCommands:\n  synth [options]  render fleets\n  diff [options]   compare\n  tools            versions\n  up [options]     run it\n',
  synth: 'Options:\n  --env <name...>  environments\n  --dry-run        write nothing\n  -h, --help       print this help\n',
  up: 'Options:\n  --env <name...>  environments\n',
  tools: 'Options:\n  -h, --help  print this help\n\nCommands:\n  update [options] [tools...]  newer versions\n',
  'tools update': 'Options:\n  --describe  run them\n',
};

describe('findBadCommands', () => {
  it.each([
    'npm ci && npm start',
    'npm test -- constructs/agent.test.ts',
    'npm run -s fleetwright -- synth --env dev --dry-run',
    'npm start -- --env=dev',
    'npx fleetwright --version',
    '$ fleetwright synth -h   # what it can do',
    'fleetwright synth --env dev > out.txt 2>&1 | head',
    'fleetwright tools --help && fleetwright tools update search --describe',
    'until fleetwright synth --env dev | grep -q web; do sleep 1; done',
    'NO_COLOR=1 CI=1 fleetwright \\\n  synth --dry-run',
    'node scripts/cli.ts --help',
    '# only a comment',
    'git status',
  ])('is content with %j', (code) => {
    expect(problemsOf(code)).toEqual([]);
  });

  it.each([
    ['npm run benchmark', "package.json has no script 'benchmark'"],
    ['npm ci && npm audit', 'npm audit is not used here'],
    ['npm run -s fleetwright -- synthesize', "fleetwright has no command 'synthesize'"],
    ['fleetwright synth --environment dev', "fleetwright synth has no option '--environment'"],
    ['npm start -- --all', "fleetwright up has no option '--all'"],
    ['fleetwright tools upgrade', "fleetwright tools has no command 'upgrade'"],
    ['fleetwright tools update --all', "fleetwright tools has no option '--all'"],
    ['while fleetwright lst; do sleep 1; done', "fleetwright has no command 'lst'"],
    ['npx fleetwrite synth', 'npx fleetwrite is not a command of ours'],
    ['node scripts/client.ts', 'there is no file scripts/client.ts'],
    ['fleetwrite synth', "'fleetwrite' is not known here; documents name npm scripts, fleetwright and common programs"],
  ])('finds in %j that %s', (code, problem) => {
    expect(problemsOf(code)).toEqual([problem]);
  });
});

function problemsOf(code: string): string[] {
  const root = aRepository({ 'package.json': JSON.stringify({ scripts: SCRIPTS }), 'scripts/cli.ts': '' });
  return findBadCommands(root, code, (command = '') => HELP[command] ?? '');
}
