import type { Question, Task, TaskEvent, TaskGraph, TaskHistory } from '../wire/index.ts';
import { findLinks, linksIn, type SafeLink } from './links.ts';

/** How many of the tasks before it, and of a kind of thing, are told of. */
const MOST = 8;

/** How many events artifacts are looked for among. */
const EVENTS = 1000;

/** A name that neither a shell nor Git takes for anything else. */
const PLAIN_BRANCH = /^\w[\w/-]*(?:\.[\w/-]+)*$/;

/** What a question is about: its task, and what that task and those before it have named. All but the commands is text of agents. */
export interface About {
  readonly task: Pick<Task, 'id' | 'agent' | 'title'>;
  readonly branches: readonly string[];
  readonly commits: readonly string[];
  readonly links: readonly SafeLink[];
  /** Names of files. */
  readonly artifacts: readonly string[];
  /** Commands that show what the branches change, where the repository is on the controller's machine. */
  readonly diffs: readonly string[];
}

/**
 * Reads what a question is about.
 *
 * @param get reads something of the question's org: what follows the org in the path
 */
export async function readAbout(question: Question, get: <Answer>(path: string) => Promise<Answer>): Promise<About> {
  const path = (id: string, part = '') => `/tasks/${id}${part}`;
  const [graph, history] = await Promise.all([
    get<TaskGraph>(path(question.task, '/graph')),
    get<TaskHistory>(path(question.task, '/history')),
  ]);
  const before = graph.needs.filter(({ task }) => task === question.task).map(({ needed }) => needed);
  const ids = [question.task, ...before.slice(0, MOST)];
  const [tasks, events] = await Promise.all([
    Promise.all(ids.map(async (id) => get<Task>(path(id)))),
    Promise.all(ids.map(async (id) => get<{ readonly items: readonly TaskEvent[] }>(path(id, `/events?limit=${EVENTS}`)))),
  ]);
  const [task = { id: question.task, agent: '', title: '' }] = tasks;
  const values = tasks.flatMap(({ input, result }) => [input, result]).filter((value) => value !== undefined);
  const branches = textsOf(values, 'branch', 'branches');
  const { repository } = history.local ?? {};
  return {
    task: { id: task.id, agent: task.agent, title: task.title },
    branches,
    commits: textsOf(values, 'commit', 'commits'),
    links: few([...linksIn(`${question.text} ${question.subject ?? ''}`), ...findLinks(values)], ({ href }) => href),
    artifacts: few(events.flatMap(({ items }) => items.flatMap(artifactOf))),
    diffs: repository === undefined ? [] : branches.flatMap((branch) => diffOf(branch, repository)),
  };
}

/** What the values themselves say under these names. */
function textsOf(values: readonly unknown[], ...names: readonly string[]): string[] {
  const objects = values.filter((value) => typeof value === 'object' && value !== null);
  const found = objects.flatMap((value) => names.map((name) => (value as Readonly<Record<string, unknown>>)[name]));
  return few(found.flat().filter((value) => typeof value === 'string' && value !== '') as string[]);
}

/** Workers tell the name of a file. */
function artifactOf({ kind, data }: TaskEvent): string[] {
  const name = typeof data === 'object' && data !== null && 'name' in data ? data.name : undefined;
  return kind === 'artifact' && typeof name === 'string' ? [name] : [];
}

/** From the branch that the repository stands on to the other. */
function diffOf(branch: string, repository: string): string[] {
  if (!PLAIN_BRANCH.test(branch)) return [];
  const folder = /^[\w./@+-]+$/.test(repository) ? repository : `'${repository.replaceAll("'", String.raw`'\''`)}'`;
  return [`git -C ${folder} diff HEAD...${branch}`];
}

/** The first few, each once. */
function few<Item>(items: readonly Item[], keyOf: (item: Item) => unknown = (item) => item): Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()].slice(0, MOST);
}
