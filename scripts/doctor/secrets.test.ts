import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anEstate } from '../testing/project.ts';
import { addPrograms, examine } from './testing.ts';

// Real age makes and reads keys in e2e/shells; what is tested here is what the doctor makes of its answers.
describe('the keys of secrets', { timeout: 60_000 }, () => {
  const MINE = 'age1haxarx4sj2a9u50dx9e0kse6cfe8rue7lgzadz3yf9k8ug7dkagqvw9cqa';
  const KEY = `# made up\nAGE-${'SECRET-KEY'}-1QQQQ\n`;
  const withPrograms = (publicKey: string) => {
    const project = anEstate();
    const keygen = `text=$(cat); case "$text" in *AGE-SECRET*) echo ${publicKey} ;; *) exit 1 ;; esac`;
    addPrograms(project, { 'age-keygen': keygen, sops: "echo 'sops 3.13.2 (latest)'" });
    return project;
  };

  it('are looked for where SOPS looks', () => {
    const project = withPrograms(MINE);
    expect(examine(project).of('age key')).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining(`age-keygen -o ${project.root}/.config/sops/age/keys.txt`),
    });
    project.write('.config/sops/age/keys.txt', KEY);
    chmodSync(join(project.root, '.config/sops/age/keys.txt'), 0o600);
    expect(examine(project).of('age key')).toEqual({ check: 'age key', status: 'ok', found: `${project.root}/.config/sops/age/keys.txt` });
    project.write('elsewhere', KEY);
    const elsewhere = examine(project, '', { SOPS_AGE_KEY_FILE: 'elsewhere' });
    expect(elsewhere.of('age key')).toEqual({
      check: 'age key',
      status: 'warning',
      found: 'elsewhere can be read by others on this machine',
      fix: "run 'chmod 600 elsewhere'",
    });
    expect(examine(project, '', { SOPS_AGE_KEY_FILE: 'nowhere' }).of('age key')).toMatchObject({
      status: 'problem',
      found: 'SOPS_AGE_KEY_FILE is nowhere, which cannot be read',
    });
    expect(examine(project, '', { SOPS_AGE_KEY: KEY }).of('age key')?.found).toBe('SOPS_AGE_KEY');
    expect(examine(project, '', { SOPS_AGE_KEY_CMD: 'vault' }).of('age key')?.status).toBe('not checked');
  });

  it('are compared with the recipients of each environment', () => {
    const { results, of } = examine(withPrograms(MINE), '', { SOPS_AGE_KEY: KEY });
    expect(of('secrets of dev')).toEqual({ check: 'secrets of dev', status: 'ok', found: '2 files can be decrypted with this key' });
    expect(results.filter(({ check }) => check.startsWith('secrets of')).map(({ status }) => status)).toEqual(['ok', 'warning', 'warning']);
    expect(of('sops')).toEqual({ check: 'sops', status: 'ok', found: '3.13.2' });
  });

  it('may be those of others', () => {
    expect(examine(withPrograms('age1other'), '--env dev', { SOPS_AGE_KEY: KEY }).of('secrets of dev')).toEqual({
      check: 'secrets of dev',
      status: 'warning',
      found: `2 of 2 files cannot be decrypted with this key; environments/secrets/dev/factory.deploy-key.yaml is for ${MINE}`,
      fix: "have someone who can decrypt them run 'sops updatekeys environments/secrets/dev/factory.deploy-key.yaml' with age1other among the recipients",
    });
  });

  it('are never shown', () => {
    const project = withPrograms(MINE);
    const broken = `AGE-${'SECRET-KEY'}-1BROKEN`;
    addPrograms(project, { 'age-keygen': 'cat >&2; exit 1' });
    const { stdout, stderr, of } = examine(project, '', { SOPS_AGE_KEY: broken });
    expect(of('secrets')).toMatchObject({ status: 'problem', found: 'age-keygen takes no public key from SOPS_AGE_KEY' });
    expect(stdout + stderr).not.toContain('BROKEN');
    expect(examine(project, '', { SOPS_AGE_KEY: 'a password' }).of('age key')).toMatchObject({
      status: 'problem',
      found: 'SOPS_AGE_KEY holds no age secret key',
    });
  });

  it('are not compared without age', () => {
    expect(examine(anEstate(), '', { SOPS_AGE_KEY: KEY }).of('secrets')).toMatchObject({
      status: 'not checked',
      fix: 'install age: https://age-encryption.org',
    });
  });
});
