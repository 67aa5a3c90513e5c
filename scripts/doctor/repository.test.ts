import { describe, expect, it } from 'vitest';
import { fleetwright } from '../testing/command.ts';
import { aProject } from '../testing/project.ts';
import { aHealthyProject, examine, git } from './testing.ts';

describe('the repository', { timeout: 60_000 }, () => {
  it('is nothing without Git', () => {
    const project = aHealthyProject();
    const { code, of } = examine(project, '', { PATH: '/nowhere' });
    expect(code).toBe(1);
    expect(of('git')).toMatchObject({ status: 'problem', fix: 'install Git: https://git-scm.com/downloads' });
    for (const check of ['git repository', 'rendered tree in git', '.gitattributes']) expect(of(check)?.status).toBe('not checked');
  });

  it('must be one', () => {
    const { of } = examine(aProject());
    expect(of('git repository')).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('not a git repository'),
      fix: expect.stringContaining("'git init"),
    });
  });

  it('must have a commit, with the rendered tree in it', () => {
    const project = aProject();
    git(project, 'init', '--quiet');
    const empty = examine(project);
    expect(empty.of('git repository')).toMatchObject({ status: 'problem', found: expect.stringContaining('no commit yet') });
    expect(empty.of('rendered tree in git')).toMatchObject({
      status: 'problem',
      fix: "run 'fleetwright synth', 'git add rendered' and 'git commit'",
    });
    project.write('.gitignore', 'rendered\n');
    expect(examine(project).of('rendered tree in git')?.found).toBe('rendered is ignored, and Argo CD reads what Git has');
  });

  it('must have the newest rendered tree', () => {
    const project = aHealthyProject();
    project.stack('acme', "\n  new Tool(org, 'web', { server: McpServer.http('mcp-fetch') });");
    const { code, of } = examine(project);
    expect(code).toBe(1);
    expect(of('rendered tree')).toEqual({
      check: 'rendered tree',
      status: 'problem',
      found: expect.stringMatching(/^2 files of rendered not what the stacks say, such as dev\/acme\//),
      fix: "run 'fleetwright synth' and commit what it writes",
    });
    expect(fleetwright(project, 'synth').code).toBe(0);
    const later = examine(project);
    expect(later.code).toBe(0);
    expect(later.of('rendered tree')?.status).toBe('ok');
    expect(later.of('rendered tree in git')).toMatchObject({ status: 'warning', fix: "run 'git add rendered' and 'git commit'" });
  });

  it('must have stacks that can be rendered', () => {
    const project = aHealthyProject();
    project.stack('acme', "\n  new Agent(org, 'a', { runtime: WorkerRuntime.codex(), run: Run.pool({ max: 2 }), modles: 1 });");
    expect(examine(project).of('rendered tree')).toMatchObject({
      status: 'problem',
      found: expect.stringContaining("did you mean 'models'?"),
    });
    project.stack('acme', "\n  new Tool(org, 'web', { server: McpServer.http('not-locked') });");
    expect(examine(project).of('rendered tree')).toMatchObject({
      status: 'problem',
      fix: "run 'fleetwright check' and correct what it finds",
    });
  });

  it('must keep line ends, and should mark what is generated', () => {
    const project = aHealthyProject();
    project.write('.gitattributes', '');
    expect(examine(project).of('.gitattributes')).toEqual({
      check: '.gitattributes',
      status: 'warning',
      found: 'rendered may be given other line ends when it is checked out, and is shown in full in every pull request',
      fix: "run: echo 'rendered/** text eol=lf linguist-generated' >> .gitattributes",
    });
    project.write('.gitattributes', 'rendered/** text eol=lf linguist-generated\n');
    expect(examine(project).of('.gitattributes')?.status).toBe('ok');
  });
});
