// oxlint-disable-next-line eslint/no-restricted-imports -- only a shell can say what a shell script does
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
// oxlint-disable-next-line eslint/no-restricted-imports -- the script reads files
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD_CHECK } from './squid-password-check.ts';

const PASSWORD = '0123456789abcdefABCDEF-_.xyz';

describe('the password check', () => {
  let folder: string;
  let script: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'password-check-'));
    script = join(folder, 'check-password.sh');
    mkdirSync(join(folder, 'agents'));
    writeFileSync(script, PASSWORD_CHECK);
    writeFileSync(join(folder, 'agents', 'ada'), PASSWORD);
    writeFileSync(join(folder, 'agents', 'bob'), `${PASSWORD}\n`);
    writeFileSync(join(folder, 'agents', 'empty'), '');
    writeFileSync(join(folder, 'agents', 'blank'), '\n');
    writeFileSync(join(folder, 'agents', 'star'), '*');
    writeFileSync(join(folder, 'agents', 'Upper'), PASSWORD);
    writeFileSync(join(folder, 'outside'), PASSWORD);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Answers to lines, one each. */
  const check = (...lines: string[]) => {
    const { stdout, stderr, status } = spawnSync('/bin/sh', [script, join(folder, 'agents')], {
      encoding: 'utf8',
      input: lines.map((line) => `${line}\n`).join(''),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.split('\n').slice(0, -1);
  };

  it.each(['ada', 'bob'])('knows %s', (name) => {
    expect(check(`${name} ${PASSWORD}`)).toEqual(['OK']);
  });

  it.each([
    ['a wrong password', 'ada wrong'],
    ['a longer password', `ada ${PASSWORD}x`],
    ['a shorter password', `ada ${PASSWORD.slice(1)}`],
    ['a password in other case', `ada ${PASSWORD.toUpperCase()}`],
    ['no password', 'ada'],
    ['an empty line', ''],
    ['an unknown name', `eve ${PASSWORD}`],
    ['a name in upper case', `Upper ${PASSWORD}`],
    ['a path', `../outside ${PASSWORD}`],
    ['a path within the folder', `./ada ${PASSWORD}`],
    ['an encoded path', `%2e%2e%2foutside ${PASSWORD}`],
    ['the folder itself', `. ${PASSWORD}`],
    ['an empty file', 'empty '],
    ['a blank file', 'blank'],
    ['a pattern as a password', 'star *'],
    ['a pattern as a name', `ad? ${PASSWORD}`],
    ['an option as a name', `-n ${PASSWORD}`],
    ['a command as a name', `$(id) ${PASSWORD}`],
    ['more words', `ada ${PASSWORD} ${PASSWORD}`],
    ['a password in two words', `ada ${PASSWORD.slice(0, 5)} ${PASSWORD.slice(5)}`],
  ])('refuses %s', (_, line) => {
    expect(check(line)).toEqual(['ERR']);
  });

  it('answers each line, in order', () => {
    expect(check(`ada ${PASSWORD}`, 'ada wrong', `bob ${PASSWORD}`)).toEqual(['OK', 'ERR', 'OK']);
  });

  it('does not take the password of the line before', () => {
    expect(check(`ada ${PASSWORD}`, `eve ${PASSWORD}`, `empty ${PASSWORD}`)).toEqual(['OK', 'ERR', 'ERR']);
  });

  it('forgets a password whose file has changed', () => {
    writeFileSync(join(folder, 'agents', 'new'), 'first');
    expect(check('new first', 'new second')).toEqual(['OK', 'ERR']);
    writeFileSync(join(folder, 'agents', 'new'), 'second');
    expect(check('new first', 'new second')).toEqual(['ERR', 'OK']);
  });
});
