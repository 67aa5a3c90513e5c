import { describe, expect, it } from 'vitest';
import { fleetwright } from '../testing/command.ts';
import { aProject, anEstate } from '../testing/project.ts';
import type { Answer } from './answer.ts';

function explained(project: { readonly root: string }, subject: string): Answer {
  const { code, stdout, stderr } = fleetwright(project, `explain ${subject} --output json`);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Answer;
}

function rowsOf({ sections }: Answer, title: string): readonly Readonly<Record<string, string>>[] | undefined {
  return sections.find((section) => section.title === title)?.rows;
}

describe('fleetwright explain', { timeout: 60_000 }, () => {
  it('says what an agent says, becomes, reaches and may spend', () => {
    const { code, stdout, stderr } = fleetwright(anEstate(), 'explain hello/digest');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/hello\.ts:\d+:\d+/, 'hello.ts:34:3').split('\n')).toEqual([
      'dev/hello/digest  construct',
      'An agent, made at stacks/hello.ts:34:3. As dev has it; its org is also in prod, staging.',
      '',
      'Says',
      '  runtime.adapter  reference',
      '  run.kind         schedule',
      '  run.cron         0 7 * * 1-5',
      '  run.timeZone     Europe/Berlin',
      '  run.deadline     15 minutes',
      '  models.primary   fast',
      '  tools            fetch',
      '  persona          editor',
      '  instructions     Write a digest of the last day in ten lines.',
      '  budget           0.5 USD per day',
      '',
      'Becomes',
      '  rendered/dev/hello/digest.yaml  NetworkPolicy digest   whom its pods may reach, and who may reach them; all else is refused',
      '  rendered/dev/hello/digest.yaml  ServiceAccount digest  who it is in the cluster; without a token unless it has rights',
      '  rendered/dev/hello/digest.yaml  ConfigMap digest       its configuration and instructions, as files',
      '  rendered/dev/hello/digest.yaml  CronJob digest         starts it by the clock',
      '',
      'Reaches',
      '  model    fast               primary',
      '  tool     fetch              calls it',
      '  persona  editor             speaks as it',
      '  host     api.anthropic.com  serves claude-haiku-4-5; through fast',
      '  secret   anthropic          is called with it; through fast',
      '  host     news.example.com   the news that the digest is made of; through fetch',
      '',
      'Is reached by',
      '  Nobody.',
      '',
      'May spend',
      '  At most 0.5 USD per day; the gateway refuses calls beyond it.',
      '  With all of its org: 1 USD per day.',
      '',
      'Relaxed',
      '  Nothing: it is as closed as its kind can be.',
      '',
    ]);
  });

  it('explains each part of the estate, in each environment', () => {
    const estate = anEstate();
    for (const [path, kind] of Object.entries({
      'prod/factory': 'An org',
      'factory/developer': 'An agent',
      'staging/factory/strong': 'A model',
      'factory/tickets': 'A tool',
      'factory/github': 'A broker',
      'factory/packages': 'An egress policy',
      'factory/deploy-key': 'A secret',
      'factory/professional': 'A persona',
      'lab/notes': 'A memory',
      'fleetwright/dispatcher': 'A dispatcher',
    })) {
      const { subject, summary } = explained(estate, path);
      expect(subject.endsWith(path)).toBe(true);
      expect(summary).toMatch(new RegExp(`^${kind}, made at stacks/\\w+\\.ts:\\d+:\\d+\\.`));
    }
  });

  it('gives the reason for each relaxed default', () => {
    const project = aProject(`
  const egress = [Egress.host('a.example.com', { reason: 'its news', owner: 'the press team', expires: '2030-01-01' })];
  const files = new Tool(org, 'files', {
    server: McpServer.stdio('mcp-git'),
    placement: ToolPlacement.sidecar(),
    egress: [Egress.host('b.example.com', { ports: [22], reason: 'its archive' })],
  });
  const workspace = Workspace.volume({ size: Size.gibibytes(1), confirmDelete: false });
  const agent = new Agent(org, 'worker', { runtime: WorkerRuntime.reference({ commands: ['git', 'node'] }), run: Run.service(), egress, tools: [files], workspace });
  agent.addJsonPatch('Deployment', { _toJson: () => ({ op: 'add', path: '/spec/revisionHistoryLimit', value: 3 }) });`);
    expect(rowsOf(explained(project, 'acme/worker'), 'Relaxed')).toEqual([
      { what: 'may reach a.example.com', why: 'its news, for the press team, until 2030-01-01' },
      { what: 'may reach b.example.com:22, by its sidecar files', why: 'its archive' },
      { what: 'its model may run git, node', why: 'no reason is asked for' },
      { what: 'its workspace is deleted without asking', why: 'no reason is asked for' },
      { what: 'its Deployment is patched at /spec/revisionHistoryLimit', why: 'no reason is asked for' },
    ]);
  });

  it('tells which agents keep the tasks of their org waiting', () => {
    const project = aProject(`
  const runtime = WorkerRuntime.shell({ command: ['true'] });
  new Agent(org, 'all', { runtime, run: Run.job() });
  new Agent(org, 'some', { runtime, run: Run.job(), budget: Budget.perTask(usd(1)) });`);
    const spends = (path: string) => explained(project, path).sections.find(({ title }) => title === 'May spend')?.text;
    expect(spends('acme/all')).toBe('Nothing: it has no models.');
    project.write('stacks/acme.ts', project.source('stacks/acme.ts').replace("'acme')", "'acme', { budget: Budget.perDay(usd(5)) })"));
    expect(spends('acme/all')).toBe(
      [
        'Nothing: it has no models.',
        "A task sets all aside that is left of its org's budget, so the org's tasks wait for each other: Budget.perTask sets aside less.",
      ].join('\n'),
    );
    expect(spends('acme/some')).toBe('Nothing: it has no models. What its programs report is at most 1 USD per task.');
  });

  it('tells who may enter, and by which rights an agent asks the API', () => {
    const estate = anEstate();
    expect(rowsOf(explained(estate, 'dev/lab/ada'), 'Is reached by')).toEqual([
      { kind: 'people', name: 'lab-ada', why: 'at https://ada.lab.dev.fleet.example.com, signed in' },
    ]);
    expect(rowsOf(explained(estate, 'factory/devops'), 'Relaxed')).toEqual([
      { what: 'may get, list apps/deployments by the Kubernetes API', why: 'to see whether a roll-out ended' },
    ]);
  });

  it('tells whom the dispatcher reaches, who reaches it, and what pipelines and triggers start', () => {
    const estate = anEstate();
    const dispatcher = explained(estate, 'prod/fleetwright/dispatcher');
    expect(rowsOf(dispatcher, 'Reaches')).toEqual([
      { kind: 'pods', name: 'dispatcher-database', why: 'its database, which CloudNativePG runs' },
      { kind: 'pods', name: 'Kubernetes API', why: 'makes Jobs, counts workers, asks whose a token is' },
      { kind: 'secret', name: 'factory/github-hook', why: 'proves who sends what starts factory/ideas' },
      { kind: 'host', name: 'login.example.com', why: 'people sign in there' },
    ]);
    const host = 'https://dispatcher.fleetwright.fleet.example.com';
    expect(rowsOf(dispatcher, 'Is reached by')).toEqual([
      {
        kind: 'agents',
        name: 'factory',
        why: 'ask for tasks: analyst, architect, developer, tester, reviewer, integrator, devops',
      },
      { kind: 'pods', name: 'KEDA', why: 'asks how long queues are' },
      { kind: 'people', name: 'platform, operators', why: `at ${host}, signed in` },
      { kind: 'webhook', name: 'factory/ideas', why: `at ${host}/hooks/factory/ideas, signed` },
    ]);
    expect(rowsOf(explained(estate, 'dev/fleetwright/dispatcher'), 'Reaches')?.[0]).toEqual({
      kind: 'volume',
      name: 'dispatcher-database',
      why: 'holds its database, which runs in its own process',
    });
    const idea = explained(estate, 'factory/idea');
    expect(rowsOf(idea, 'Reaches')?.[0]).toEqual({ kind: 'agent', name: 'analyst', why: 'works on specify' });
    expect(rowsOf(idea, 'Is reached by')?.map(({ name }) => name)).toEqual(['ideas', 'upkeep']);
    expect(rowsOf(explained(estate, 'factory/ideas'), 'Reaches')).toEqual([
      { kind: 'pipeline', name: 'idea', why: 'starts it' },
      { kind: 'secret', name: 'github-hook', why: 'proves who sends what starts it' },
    ]);
  });

  it('knows what each object that an org becomes is for', () => {
    const estate = anEstate();
    for (const path of [
      'factory',
      'lab',
      'factory/developer',
      'factory/devops',
      'factory/playbooks',
      'lab/ada',
      'lab/scratch',
      'factory/dns',
      'fleetwright/dispatcher',
    ]) {
      const rows = rowsOf(explained(estate, path), 'Becomes') ?? [];
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter((row) => row['for']?.endsWith('added by the stack itself'))).toEqual([]);
    }
  });

  it('shows texts of stacks as texts', () => {
    const project = aProject(`
  new Agent(org, 'worker', { runtime: WorkerRuntime.reference(), run: Run.job(), instructions: 'red \\u001b[31m\\nnext' });`);
    expect(fleetwright(project, 'explain acme/worker').stdout).toContain('  instructions     red \\u{1b}[31m⏎next\n');
  });

  it('explains a rule with what keeps it and what breaks it', () => {
    const { summary, sections } = explained(aProject(), 'image-digest');
    expect(summary).toBe('Every image is one of the image lock, by digest. An error: where it is broken, nothing is written.');
    expect(sections.map(({ title }) => title)).toEqual([
      'What is judged',
      'Why',
      'How to fix it',
      'Keeps it',
      'Breaks it',
      'What is said then',
    ]);
    expect(sections[4]?.text).toContain('- image: nginx:1.29\n');
  });

  it('explains a rule about fleets by the code that breaks it, and an error code', () => {
    const outside = { root: '/' };
    const { sections } = explained(outside, 'capability-present');
    expect(sections.find(({ title }) => title === 'Breaks it')?.text).toContain("isolation: 'kata'");
    expect(explained(outside, 'FW_USAGE').summary).toBe('The command was used in a way that cannot work.');
  });

  it('explains a prop by its declaration', () => {
    const { code, stdout } = fleetwright({ root: '/' }, 'explain Agent.run');
    expect(code).toBe(0);
    expect(stdout).toContain('Agent.run  prop\nHow it comes to run.\n\nFacts\n  type   Run\n  given  required\n\nRun: made by\n');
    expect(rowsOf(explained({ root: '/' }, 'Tool.egress'), 'Facts')).toEqual([
      { fact: 'type', text: 'readonly EgressGrant[]' },
      { fact: 'given', text: 'optional' },
      { fact: 'default', text: 'none' },
    ]);
    expect(rowsOf(explained({ root: '/' }, 'Run.pool'), 'PoolOptions: props')?.map((row) => row['prop'])).toEqual([
      'min?',
      'max',
      'tasksPerWorker?',
    ]);
    expect(explained({ root: '/' }, 'WorkerRuntime.shell.isolation').sections.at(-1)).toEqual({
      text: "'gvisor' | 'kata' | 'runc' | 'sysbox'",
      title: 'Isolation',
    });
  });

  it.each([
    ['image-digst', "nothing is called 'image-digst'; did you mean 'image-digest'? [FW_USAGE]"],
    ['FW_USAG', "nothing is called 'FW_USAG'; did you mean 'FW_USAGE'? [FW_USAGE]"],
    ['Agent.rn', "nothing is called 'Agent.rn'; did you mean 'Agent.run'? [FW_USAGE]"],
    ['acne', "nothing is called 'acne'; did you mean 'acme'? [FW_USAGE]"],
    ['acme/wroker', "dev/acme has no part 'wroker'; did you mean 'acme/worker'? [FW_USAGE]"],
    ['acme/x-y-z', "dev/acme has no part 'x-y-z'; it has web, worker [FW_USAGE]"],
    ['dev', "'dev' is an environment; name an org in it: dev/acme [FW_USAGE]"],
    ['a/b/c/d', "'a/b/c/d' leads nowhere; write <org>/<part> or <env>/<org>/<part> [FW_USAGE]"],
    ['acme/', "'acme/' leads nowhere; write <org>/<part> or <env>/<org>/<part> [FW_USAGE]"],
    ['acme/worker/web', "'acme/worker/web' leads nowhere; write <org>/<part> or <env>/<org>/<part> [FW_USAGE]"],
    ['dve/acme', "there is no environment 'dve': environments/dve.yaml does not exist; did you mean 'dev'? [FW_ENVIRONMENT_UNKNOWN]"],
    [
      'x'.repeat(100_000),
      `nothing is called '${'x'.repeat(200)}…'; name a part such as hello/digest, a rule, a code FW_…, or a prop such as Agent.run [FW_USAGE]`,
    ],
    [
      '__proto__',
      "nothing is called '__proto__'; name a part such as hello/digest, a rule, a code FW_…, or a prop such as Agent.run [FW_USAGE]",
    ],
  ])('refuses %s', (subject, message) => {
    expect(fleetwright(aProject(), `explain ${subject}`)).toEqual({ code: 2, stderr: `${message}\n`, stdout: '' });
  });

  it('knows no parts outside of a fleet, and says so', () => {
    expect(fleetwright({ root: '/' }, 'explain digest').stderr).toContain(
      "nothing is called 'digest'; name a part such as hello/digest, a rule, a code FW_…, or a prop such as Agent.run; parts are known in the folder of a fleet, and / has no file environments/<name>.yaml",
    );
  });
});
