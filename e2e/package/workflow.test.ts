import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { currentSession } from '../session.ts';
import { anInstallation } from './newcomer.ts';
import { packOnce } from './tarball.ts';
import { type Answer, Terminal } from './terminal.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

const NODE = dirname(process.execPath);
const { run } = currentSession();
let main: Terminal;

/** What the steps of the workflow have left. */
interface Outcome {
  /** The exit codes of the steps that ran, by their command or name. */
  readonly codes: Readonly<Record<string, number>>;
  /** What they have printed. */
  readonly log: string;
  /** What is uploaded for code scanning. */
  readonly sarif: string;
  readonly summary: string;
}

beforeAll(async () => {
  const tarball = await packOnce(process.cwd(), run);
  main = await anInstallation({ run, tarball, nodeFolder: NODE, keepsTarball: true });
  await main.run('npx fleetwright init');
  await main.run('npm install', { isOnline: true });
  await main.run('npm start && git add --all && git commit --quiet --message Start');
});

/** Makes a pull request of what `change` does, merges it as GitHub does to try it, and runs the steps of its workflow on that. */
async function runWorkflow(branch: string, change: string): Promise<Outcome> {
  await main.run(`git switch --quiet --create ${branch} main && ${change} && git commit --quiet --all --message Change`);
  await main.run(`git switch --quiet --detach main && git merge --quiet --no-ff --message Merge ${branch} && git branch merge-${branch}`);
  const folder = join(main.folder, '..', branch);
  await main.run(`git clone --quiet --depth 2 --branch merge-${branch} 'file://${main.folder}' '${folder}'`);
  return runSteps(new Terminal(folder, NODE));
}

async function runSteps(clone: Terminal): Promise<Outcome> {
  const workflow = parse(readFileSync(join(clone.folder, '.github/workflows/pull-request.yaml'), 'utf8')) as Workflow;
  const temporary = `${clone.folder}-temporary`;
  const env = { CI: 'true', RUNNER_TEMP: temporary, GITHUB_STEP_SUMMARY: join(temporary, 'summary') };
  const sarif = join(temporary, 'fleetwright.sarif');
  await clone.run(`mkdir '${temporary}' && touch '${env.GITHUB_STEP_SUMMARY}' '${sarif}'`);
  const codes: Record<string, number> = {};
  let log = '';
  for (const step of Object.values(workflow.jobs).flatMap(({ steps }) => steps)) {
    if (step.run === undefined) continue;
    writeFileSync(join(temporary, 'step'), step.run);
    const answer: Answer = await clone.try(`bash -e '${temporary}/step'`, { env, isOnline: true });
    codes[step.name ?? step.run] = answer.code;
    log += answer.stdout + answer.stderr;
    if (answer.code !== 0) break;
  }
  return { codes, log, sarif: readFileSync(sarif, 'utf8'), summary: readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8') };
}

describe('The workflow of a new repository', () => {
  it('passes a pull request, and shows what it changes in the clusters', async () => {
    const { codes, sarif, summary } = await runWorkflow('good', "sed -i 's/ten lines/five lines/' stacks/hello.ts && npm start");
    expect(codes).toEqual({
      'npm ci': 0,
      'npm run types': 0,
      'rules, and that rendered/ is up to date': 0,
      'what changes in the clusters': 0,
    });
    expect(JSON.parse(sarif)).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] });
    expect(summary).toMatch(
      /^```\n~ rendered\/dev\/hello\/digest\.yaml\n {4}~ ConfigMap hello\/digest .*\n[^]*\n0 files added, 1 changed, 0 removed\.\n```\n$/,
    );
  });

  it('fails a pull request whose rendered tree is stale', async () => {
    const { codes, log, summary } = await runWorkflow('stale', "sed -i 's/ten lines/five lines/' stacks/hello.ts");
    expect(Object.entries(codes).at(-1)).toEqual(['rules, and that rendered/ is up to date', 1]);
    expect(log).toContain('1 file in rendered is not what the stacks say: dev/hello/digest.yaml');
    expect(summary).toBe('');
  });

  it('fails a pull request that breaks a rule, and tells code scanning where', async () => {
    const { codes, sarif } = await runWorkflow('costly', "sed -i 's/dailyBudgetUsd: 1/dailyBudgetUsd: 0.1/' environments/dev.yaml");
    expect(Object.entries(codes).at(-1)).toEqual(['rules, and that rendered/ is up to date', 1]);
    expect(JSON.parse(sarif)).toMatchObject({ runs: [{ results: [{ ruleId: 'budget-fits' }] }] });
  });

  it('fails a pull request whose types do not fit', async () => {
    const { codes } = await runWorkflow('misspelt', `sed -i "s/'hello', {/'hello', { owners: 1,/" stacks/hello.ts`);
    expect(Object.entries(codes).at(-1)).toEqual(['npm run types', expect.any(Number)]);
    expect(Object.values(codes).at(-1)).not.toBe(0);
  });
});
