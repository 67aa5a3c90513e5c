import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { currentSession } from '../session.ts';
import { anInstallation } from './newcomer.ts';
import { packOnce } from './tarball.ts';
import type { Terminal } from './terminal.ts';

const DOWN = '\u001B[B';
const ENTER = '\r';
const CLEAR = '\u0015';
const BREAK = '\u0003';

const { run } = currentSession();
let terminal: Terminal;

beforeEach(async () => {
  const tarball = await packOnce(process.cwd(), run);
  terminal = await anInstallation({ run, tarball, nodeFolder: dirname(process.execPath) });
});

/** Runs a line on a terminal, and types each text as soon as what it answers is asked. */
async function converse(
  line: string,
  typed: readonly (readonly [question: string, text: string])[],
): Promise<{ code: number; shown: string }> {
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', `stty cols 120 rows 40; ${line}`, '/dev/null'], {
    cwd: terminal.folder,
    env: { ...terminal.environment(), TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = [...typed];
  let shown = '';
  let since = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += stripVTControlCharacters(text);
    const [question, answer] = waiting[0] ?? [];
    if (question === undefined || answer === undefined || !shown.includes(question, since)) return;
    since = shown.length;
    waiting.shift();
    child.stdin.write(answer);
  });
  const code = await new Promise<number>((resolve) => {
    child.once('close', (status) => resolve(status ?? -1));
  });
  expect(waiting).toEqual([]);
  return { code, shown };
}

describe('fleetwright init on a terminal', () => {
  it('asks for what no option says, and takes no answer that does not fit', async () => {
    const { code, shown } = await converse('npx fleetwright init --name ours', [
      ['What does it begin with?', `${DOWN}${ENTER}`],
      ['By which URL', `${CLEAR}https://ada:${'secret'}@github.com/acme/fleet.git${ENTER}`],
      ['It must be the URL of a Git repository without a password', `${CLEAR}git@github.com:acme/fleet.git${ENTER}`],
      ['Below which domain', `${CLEAR}fleet.acme.com${ENTER}`],
    ]);
    expect(code).toBe(0);
    expect(shown).not.toContain('What is the repository called?');
    expect(readFileSync(join(terminal.folder, 'environments/staging.yaml'), 'utf8')).toMatch(
      /\ndomain: staging\.fleet\.acme\.com\n[^]*\n {2}repo: git@github\.com:acme\/fleet\.git\n/,
    );
    expect(readFileSync(join(terminal.folder, 'README.md'), 'utf8')).toMatch(/^# ours\n/);
  });

  it('writes nothing when it is broken off', async () => {
    const before = readdirSync(terminal.folder);
    const { code, shown } = await converse('npx fleetwright init', [['What does it begin with?', BREAK]]);
    expect({ code, files: readdirSync(terminal.folder) }).toEqual({ code: 2, files: before });
    expect(shown).toContain('Nothing has been written.');
  });

  it('does not ask for what package.json says', async () => {
    await terminal.run('npm pkg set name=theirs');
    const options = '--template minimal --repo https://github.com/acme/fleet.git';
    const { code, shown } = await converse(`npx fleetwright init ${options}`, [['Below which domain', ENTER]]);
    expect(code).toBe(0);
    expect(shown).not.toContain('What is the repository called?');
    expect(readFileSync(join(terminal.folder, 'README.md'), 'utf8')).toMatch(/^# theirs\n/);
  });

  it.each([
    'npx fleetwright init --yes',
    'CI=true npx fleetwright init',
    'npx fleetwright init < /dev/null',
    'npx fleetwright init | cat',
    'npx fleetwright init --template full --name fleet --repo https://github.com/acme/fleet.git --domain fleet.acme.com',
  ])('asks nothing: %s', async (line) => {
    const { code, shown } = await converse(line, []);
    expect(code).toBe(0);
    expect(shown).toContain('Started a fleet repository in ');
    expect(shown).not.toMatch(/A new fleet repository|\?/);
  });
});
