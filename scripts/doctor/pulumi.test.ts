import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aProject, type Project } from '../testing/project.ts';
import { addPrograms, examine } from './testing.ts';

/** A project whose one org is left to Pulumi. Its command line comes from no package registry, so that a stand-in answers for it. */
function aPulumiProject(version = 'v3.259.0'): Project {
  const project = aProject();
  const file = 'environments/dev.yaml';
  project.write(file, readFileSync(join(project.root, file), 'utf8').replace('acme: {}', 'acme: {engine: pulumi}'));
  addPrograms(project, { pulumi: `[ "$1" = version ] && echo ${version}` });
  project.write('Pulumi.yaml', 'name: fleet\nruntime: {name: nodejs}\nmain: program.ts\nstackConfigDir: environments\n');
  project.write('program.ts', '');
  project.write('environments/Pulumi.acme.dev.yaml', 'config: {}\n');
  return project;
}

describe('Pulumi', { timeout: 60_000 }, () => {
  it('is ready', () => {
    const { results } = examine(aPulumiProject());
    expect(results.filter(({ check }) => check.startsWith('pulumi'))).toEqual([
      { check: 'pulumi', status: 'ok', found: '3.259.0' },
      { check: 'pulumi project', status: 'ok', found: 'fleet' },
      { check: 'pulumi stacks', status: 'ok', found: '1 stack: acme.dev' },
    ]);
  });

  it('is not looked for where no org is left to it', () => {
    const project = aProject();
    project.write('Pulumi.yaml', 'name: [');
    expect(examine(project).results.filter(({ check }) => check.startsWith('pulumi'))).toEqual([
      { check: 'pulumi', status: 'not checked', found: 'no environment leaves an org to it' },
    ]);
  });

  it('must be there, and new enough', () => {
    expect(examine(aPulumiProject('v2.9.1')).of('pulumi')).toMatchObject({ status: 'problem', found: '2.9.1, which is older than 3' });
    expect(examine(aPulumiProject(), '', { PATH: '/nowhere' }).of('pulumi')).toEqual({
      check: 'pulumi',
      status: 'problem',
      found: 'pulumi is not on the PATH',
      fix: 'install Pulumi: https://www.pulumi.com/docs/install/',
    });
  });

  it.each([
    ['name: [', /^Pulumi\.yaml cannot be read: /],
    ['', /^Pulumi\.yaml holds no fields$/],
    ['name: x\nruntime: go\n', /^its runtime is go$/],
    ['name: x\nruntime: nodejs\nmain: other.ts\n', /^its program, other\.ts, does not exist$/],
  ])('refuses a project such as %j', (text, found) => {
    const project = aPulumiProject();
    project.write('Pulumi.yaml', text);
    expect(examine(project).of('pulumi project')).toMatchObject({ status: 'problem', found: expect.stringMatching(found) });
  });

  it('misses a project, and the configuration of a stack', () => {
    const project = aPulumiProject();
    project.remove('environments/Pulumi.acme.dev.yaml');
    expect(examine(project).of('pulumi stacks')).toEqual({
      check: 'pulumi stacks',
      status: 'warning',
      found: 'acme.dev not configured, so that nothing delivers what is in it',
      fix: "run 'pulumi stack init acme.dev' and 'pulumi config set fleetwright:context <name of its cluster in your kubeconfig>'",
    });
    project.remove('Pulumi.yaml');
    expect(examine(project).of('pulumi project')).toMatchObject({
      status: 'problem',
      found: expect.stringMatching(/^Pulumi\.yaml cannot be read: ENOENT/),
    });
  });
});
