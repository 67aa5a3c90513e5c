import { existsSync } from 'node:fs';
import { LIMITS, type Scheduled, type TaskHistory } from '../../controller/contract/wire/index.ts';
import { FleetwrightError } from '../../constructs/index.ts';
import { COMMAND, print, printAside } from '../print.ts';
import { shellWord } from '../shell-word.ts';
import { followTasks } from './follow-tasks.ts';
import { parseExactly } from './project-edits.ts';
import { findOrgs, type OrgServer, type ServerOptions } from './server.ts';
import { plain, shortId, show, type ShowOptions, showTable } from './show.ts';

/** Options of `fleetwright new`. */
export interface NewOptions extends ServerOptions, ShowOptions {
  readonly agent?: string;
  readonly pipeline?: string;
  readonly project?: string;
  /** JSON. */
  readonly input?: string;
  readonly follow?: boolean;
}

/** The pipeline that ideas are for. */
const USUAL = 'idea';

interface Pipelines {
  readonly items: readonly { readonly name: string }[];
}

/** What was begun. */
interface Begun {
  readonly org: string;
  readonly run?: string;
  readonly tasks: readonly { readonly step: string; readonly id: string }[];
}

/** Gives a fleet something to do. Answers with the exit code: 1 where it was followed to an end that is no success. */
export async function startWork(idea: string, options: NewOptions): Promise<number> {
  const { agent, pipeline, project } = options;
  if (idea.trim() === '')
    throw new FleetwrightError('FW_USAGE', 'say what is wanted: fleetwright new "a tool that renames photos by date"');
  if (agent !== undefined && pipeline !== undefined) throw new FleetwrightError('FW_USAGE', 'choose --agent or --pipeline, not both');
  const servers = await findOrgs(options);
  const work = { ...workOf(idea, options.input), ...(project === undefined ? {} : { project }) };
  const [server, begun] = agent === undefined ? await startRun(servers, pipeline, work) : await startTask(servers, agent, work);
  show(begun, options, () => tellBegun(begun));
  if (options.follow !== true) return 0;
  const code = await followTasks(server, begun.tasks, options);
  if (options.output === 'table') await tellRepositories(server, begun);
  return code;
}

/** Where the work is, which is hard to guess where a folder of this machine stands for a Git host. */
async function tellRepositories(server: OrgServer, { tasks }: Begun): Promise<void> {
  const histories = await Promise.all(tasks.map(async ({ id }) => server.get<TaskHistory>(`/tasks/${id}/history`)));
  const found = histories.flatMap(({ local }) => (local?.repository === undefined ? [] : [local.repository]));
  for (const repository of new Set(found)) {
    if (!existsSync(repository)) continue;
    print(`\nThe repository is ${plain(repository)}. See what was done:`);
    print(`  ${plain(`git -C ${shellWord(repository)} log --graph --oneline --all`)}`);
  }
}

/** A title is short; what does not fit goes along as input. */
function workOf(idea: string, input: string | undefined): { title: string; input?: unknown } {
  const [line = ''] = idea.trim().split('\n');
  const title = line.slice(0, LIMITS.text / 4).toWellFormed();
  if (input !== undefined) return { title, input: parseInput(input) };
  return title === idea.trim() ? { title } : { title, input: { idea } };
}

function parseInput(text: string): unknown {
  try {
    return parseExactly(text);
  } catch (cause) {
    if (cause instanceof FleetwrightError) throw cause;
    throw new FleetwrightError('FW_USAGE', `--input must be JSON, got '${text.slice(0, 200)}'`, { cause });
  }
}

async function startTask(servers: readonly OrgServer[], agent: string, work: object): Promise<[OrgServer, Begun]> {
  const server = await choose(servers, async (each) => {
    const { items } = await each.get<{ readonly items: readonly { readonly agent: string }[] }>('/agents');
    return items.some((known) => known.agent === agent);
  });
  if (server === undefined) throw new FleetwrightError('FW_USAGE', `no org here has an agent '${agent}'; '${COMMAND} status' lists agents`);
  const obstacle = server.obstacles.get(`${server.org}/${agent}`);
  if (obstacle !== undefined) printAside(`${agent} cannot run here, so the task waits: ${plain(obstacle)}`);
  const { tasks } = await server.post<{ readonly tasks: readonly Scheduled[] }>('/tasks', { tasks: [{ agent, ...work }] });
  return [server, { org: server.org, tasks: tasks.map(({ task }) => ({ step: agent, id: task })) }];
}

async function startRun(servers: readonly OrgServer[], wanted: string | undefined, work: object): Promise<[OrgServer, Begun]> {
  const found = await Promise.all(
    servers.map(async (server) => (await server.get<Pipelines>('/pipelines')).items.map(({ name }) => ({ server, name }))),
  );
  const all = found.flat();
  const named = all.filter(({ name }) => name === (wanted ?? USUAL));
  const fitting = named.length > 0 || wanted !== undefined ? named : all;
  const [first, ...others] = fitting;
  if (first === undefined || others.length > 0) throw unclear(all, wanted);
  const run = await first.server.post<Omit<Begun, 'org'>>(`/pipelines/${first.name}/runs`, work);
  return [first.server, { org: first.server.org, ...run }];
}

function unclear(all: readonly { readonly server: OrgServer; readonly name: string }[], wanted: string | undefined): FleetwrightError {
  const names = all.map(({ server, name }) => `${server.org}/${name}`).join(', ');
  if (all.length === 0) return new FleetwrightError('FW_USAGE', 'no org here has a pipeline; give it to an agent with --agent <name>');
  const what = wanted === undefined ? 'which pipeline is it for?' : `there is no single pipeline '${wanted}';`;
  return new FleetwrightError(
    'FW_USAGE',
    `${what} there are ${names}; choose with --pipeline and --org, or give it to an agent with --agent`,
  );
}

async function choose(servers: readonly OrgServer[], fits: (server: OrgServer) => Promise<boolean>): Promise<OrgServer | undefined> {
  const answers = await Promise.all(servers.map(fits));
  const found = servers.filter((_, i) => answers[i]);
  if (found.length > 1)
    throw new FleetwrightError('FW_USAGE', `several orgs have it: ${found.map(({ org }) => org).join(', ')}; choose one with --org`);
  return found[0];
}

function tellBegun({ org, run, tasks }: Begun): void {
  print(run === undefined ? `Begun in ${org}:` : `Begun in ${org}, run ${shortId(run)}:`);
  showTable(
    ['STEP', 'TASK'],
    tasks.map(({ step, id }) => [step, shortId(id)]),
  );
  print(`Next: ${COMMAND} logs ${shortId(tasks[0]?.id ?? '')} -f, or ${COMMAND} status`);
}
