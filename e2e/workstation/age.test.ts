import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../binaries/index.ts';
import { currentSession } from '../session.ts';
import { fetchWorkstation, type Workstation } from './debian.ts';
import { makeProject } from './project.ts';

const { run } = currentSession();
const PROJECT = join(run.path, 'age');

describe('fleetwright doctor and the keys of age', () => {
  let workstation: Workstation;
  let publicKey: string;

  beforeAll(async () => {
    workstation = await fetchWorkstation(join(import.meta.dirname, '..', '..', '.cache', 'e2e'));
    makeProject(PROJECT);
    const { stdout } = await runCommand(join(workstation.bin, 'age-keygen'), []);
    publicKey = /^# public key: (age1\S+)$/m.exec(stdout)?.[1] ?? '';
    writeFileSync(join(PROJECT, 'keys.txt'), stdout);
    chmodSync(join(PROJECT, 'keys.txt'), 0o600);
  });

  async function examine(): Promise<unknown[]> {
    const env = { PATH: `${workstation.bin}:${process.env['PATH']}`, SOPS_AGE_KEY_FILE: join(PROJECT, 'keys.txt') };
    const { stdout, stderr } = await runCommand(join(PROJECT, 'bin', 'fleetwright'), ['doctor', '--env', 'dev', '--output', 'json'], {
      cwd: PROJECT,
      env,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as unknown[];
  }

  it('sees that secrets are for others', async () => {
    expect(await examine()).toContainEqual(
      expect.objectContaining({
        check: 'secrets of dev',
        status: 'warning',
        fix: expect.stringContaining(`with ${publicKey} among the recipients`),
      }),
    );
  });

  it('sees that they can be decrypted', async () => {
    for (const name of ['factory.deploy-key', 'lab.notes-url']) {
      const file = join(PROJECT, 'environments', 'secrets', 'dev', `${name}.yaml`);
      const { code, stderr } = await runCommand('sed', ['-i', `s/recipient: age1.*/recipient: ${publicKey}/`, file]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    expect(await examine()).toContainEqual({ check: 'secrets of dev', status: 'ok', found: '2 files can be decrypted with this key' });
  });

  it('sees that a key is broken, and does not show it', async () => {
    writeFileSync(join(PROJECT, 'keys.txt'), `AGE-${'SECRET-KEY'}-1BROKEN\n`);
    const results = await examine();
    expect(results).toContainEqual(expect.objectContaining({ check: 'secrets', status: 'problem' }));
    expect(JSON.stringify(results)).not.toContain('BROKEN');
  });
});
