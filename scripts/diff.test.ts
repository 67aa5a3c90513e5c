import { describe, expect, it } from 'vitest';
import { fleetwright, shell } from './testing/command.ts';
import { aProject, type Project, SMALL_ORG } from './testing/project.ts';

const WITH_VOLUME = 'run: Run.service(), workspace: Workspace.volume({ size: Size.gibibytes(1) })';
const COMMIT = 'git init --quiet && git add --all && git commit --quiet --message=x';

/** A project whose tree is committed. */
function aCommittedProject(body?: string): Project {
  const project = aProject(body);
  project.write('.gitignore', '.cache\n');
  expect(shell(project, `$FLEETWRIGHT synth > log && ${COMMIT}`)).toEqual({ code: 0, stdout: '', stderr: '' });
  return project;
}

describe('fleetwright diff', { timeout: 60_000 }, () => {
  it('finds no differences in what was committed, whatever has become of the files since', () => {
    const project = aProject();
    project.write('.gitignore', '.cache\n');
    project.write('snapshot/dev/acme/web.yaml', 'not of this tree\n');
    shell(project, `$FLEETWRIGHT synth && ${COMMIT}`);
    // As Git tells its hooks where they are.
    expect(fleetwright(project, 'diff', { GIT_DIR: '.git', GIT_INDEX_FILE: 'x' }).code).toBe(0);
    project.remove('rendered');
    expect(fleetwright(project, 'diff')).toEqual({ code: 0, stdout: 'No differences.\n', stderr: '' });
    expect(project.read()).toEqual({});
  });

  it('names files, objects and fields, and what pruning would lose', () => {
    const project = aCommittedProject(SMALL_ORG.replace('run: Run.service()', WITH_VOLUME));
    project.write('rendered/dev/acme/notes.yaml', 'kind: Note\nmetadata:\n  name: by-hand\n');
    shell(project, 'git add --all && git commit --quiet --message=x');
    project.stack('acme', SMALL_ORG.replaceAll('worker', 'writer').replace("http('mcp-fetch')", "http('mcp-git')"));
    const { code, stdout, stderr } = fleetwright(project, 'diff');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toBe(
      [
        '+ rendered/dev/acme/writer.yaml',
        '    + NetworkPolicy acme/writer',
        '    + ServiceAccount acme/writer',
        '    + ConfigMap acme/writer',
        '    + Deployment acme/writer',
        '    + Service acme/writer',
        '    + PodDisruptionBudget acme/writer',
        '~ rendered/dev/acme/web.yaml',
        '    ~ Deployment acme/web  spec.template.spec.containers[0].image',
        '~ rendered/dev/fleet.json',
        '- rendered/dev/acme/worker.yaml',
        '    - NetworkPolicy acme/worker',
        '    - ServiceAccount acme/worker',
        '    - ConfigMap acme/worker',
        '    - PersistentVolumeClaim acme/worker-workspace',
        '    - Deployment acme/worker',
        '    - Service acme/worker',
        '    - PodDisruptionBudget acme/worker',
        '',
        'Pruning would lose:',
        '  ! PersistentVolumeClaim acme/worker-workspace (dev): its data are lost',
        '',
        '1 file added, 2 changed, 1 removed.',
        '',
      ].join('\n'),
    );
  });

  it('names pipelines and triggers, which stand in no manifest of their own', () => {
    const work = (steps: string, cron: string) => `
  const coder = new Agent(org, 'coder', { runtime: WorkerRuntime.reference(), run: Run.job() });
  const idea = new Pipeline(org, 'idea', { steps: [${steps}] });
  ${cron}`;
    const first = "{ id: 'plan', by: coder, title: 'Plan' }";
    const nightly = "Trigger.cron(org, 'nightly', '0 6 * * *', { start: idea, title: 'Nightly' });";
    const project = aCommittedProject(work(first, nightly));
    project.stack('acme', work(first.replace("'Plan'", "'Plan it'"), nightly.replaceAll('ightly', 'oon').replace('0 6', '0 12')));
    expect(fleetwright(project, 'diff').stdout).toBe(
      [
        '~ rendered/dev/fleet.json',
        '    ~ Pipeline acme/idea  steps[0].title',
        '    + Trigger acme/noon',
        '    - Trigger acme/nightly',
        '',
        '0 files added, 1 changed, 0 removed.',
        '',
      ].join('\n'),
    );
    project.write('rendered/dev/fleet.json', '{"orgs":[7');
    shell(project, 'git add --all && git commit --quiet --message=x');
    expect(fleetwright(project, 'diff').stdout).toContain('    + Pipeline acme/idea\n    + Trigger acme/noon\n');
  });

  it('knows an object again that only moved to another file', () => {
    const project = aProject(SMALL_ORG.replace('run: Run.service()', WITH_VOLUME));
    fleetwright(project, 'synth');
    const renamed = Object.entries(project.read()).filter(([file]) => /worker|inventory/.test(file));
    for (const [file, text] of renamed)
      project.write(`rendered/${file.replace('worker', 'earlier')}`, text.replace('worker.yaml', 'earlier.yaml'));
    project.remove('rendered/dev/acme/worker.yaml');
    // Repositories of this kind name their files by longer digests.
    shell(project, COMMIT.replace('init', 'init --object-format=sha256'));
    const { code, stdout } = fleetwright(project, 'diff --org acme --output json');
    expect(code).toBe(1);
    const { changes, losses } = JSON.parse(stdout) as { changes: { change: string; file: string; objects: object[] }[]; losses: string[] };
    expect(changes.map(({ change, file }) => `${change} ${file}`)).toEqual(['added dev/acme/worker.yaml', 'removed dev/acme/earlier.yaml']);
    expect(changes[1]?.objects).toContainEqual({
      change: 'removed',
      fields: [],
      kind: 'PersistentVolumeClaim',
      object: 'PersistentVolumeClaim acme/worker-workspace',
    });
    expect(losses).toEqual([]);
  });

  it('tells an environment that is gone, unless others are asked for', () => {
    const project = aProject();
    project.environment('prod', ['acme']);
    project.write('.gitignore', '.cache\n');
    shell(project, `$FLEETWRIGHT synth && ${COMMIT}`);
    project.remove('environments/prod.yaml');
    expect(fleetwright(project, 'diff --env dev').code).toBe(0);
    const { code, stdout } = fleetwright(project, 'diff --output json');
    expect(code).toBe(1);
    const { changes, losses } = JSON.parse(stdout) as { changes: { change: string; file: string }[]; losses: string[] };
    expect(changes.map(({ change, file }) => `${change} ${file}`)).toEqual(
      [
        '_argocd/_root.yaml',
        '_argocd/acme.yaml',
        'acme/_app.yaml',
        'acme/_org.yaml',
        'acme/web.yaml',
        'acme/worker.yaml',
        'fleet.json',
      ].map((file) => `removed prod/${file}`),
    );
    expect(losses).toEqual([
      'ApplicationSet argocd/acme.prod (prod): the Applications it made may be deleted',
      'Namespace acme (prod): everything in it is deleted',
    ]);
  });

  it('takes a commit without the tree for an empty tree', () => {
    const project = aProject();
    shell(project, COMMIT);
    const { code, stdout } = fleetwright(project, 'diff');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\+ rendered\/dev\/acme\/_org\.yaml\n {4}\+ Namespace acme\n[^]*\n7 files added, 0 changed, 0 removed\.\n$/);
  });

  it.each([
    ['in no repository', ':', 'it is not in a Git repository', "run 'git init' and commit it"],
    ['before the first commit', 'git init --quiet', 'its repository has no commit yet', 'commit it once'],
  ])('ends with 2 %s', (_, setup, why, advice) => {
    const project = aProject();
    shell(project, setup);
    const { code, stdout, stderr } = fleetwright(project, 'diff');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `there is no committed tree rendered to compare with: ${why}; ${advice}, or use 'fleetwright synth --dry-run' [FW_USAGE]\n`,
    );
  });

  it('ends with 2 when Git is not installed', () => {
    expect(fleetwright(aProject(), 'diff', { PATH: '' })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'there is no committed tree rendered to compare with: Git is not installed; install it [FW_USAGE]\n',
    });
  });

  it('ends with 2 when rules are broken, because what breaks them cannot be rendered', () => {
    const project = aCommittedProject();
    project.stack('acme', SMALL_ORG.replace('mcp-fetch', 'mcp-ftech'));
    const { code, stdout, stderr } = fleetwright(project, 'diff');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^1 error in 1 construct\n[^]*\n\nNothing was compared: what breaks rules cannot be rendered\.\n$/);
  });
});
