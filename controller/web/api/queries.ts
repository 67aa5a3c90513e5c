import { queryOptions } from '@tanstack/react-query';
import type {
  AgentStatus,
  BudgetStatus,
  Caller,
  Pipeline,
  Question,
  Task,
  TaskEvent,
  TaskGraph,
  TaskHistory,
  TaskState,
  TaskSummary,
} from '../../contract/wire/index.ts';
import { call, urlOf } from './call.ts';

/** A list of the API, or a page of one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string;
}

/** A pipeline by its name. */
export interface NamedPipeline extends Pipeline {
  readonly name: string;
}

/** Which tasks to list. */
export interface TaskFilter {
  readonly state?: TaskState;
  readonly agent?: string;
  readonly title?: string;
}

/** How many running tasks are counted. */
const RUNNING = 200;

/** How many tasks a page has. */
const PAGE = 100;

/** Who is signed in. */
export const whoAmI = queryOptions({ queryKey: ['whoami'], queryFn: async ({ signal }) => call<Caller>(urlOf('/whoami'), { signal }) });

/** Whether the controller and its database work. */
export const health = queryOptions({
  queryKey: ['live', 'health'],
  queryFn: async ({ signal }) => call<{ readonly status: string }>('/readyz', { signal }),
  refetchInterval: 10_000,
});

/** What there is to read of an org. Keys that begin with `live` are read again when something happens. */
export const ofOrg = (org: string) => {
  const list = <Item>(name: string, query: Readonly<Record<string, string | number | boolean | undefined>> = {}) =>
    queryOptions({
      queryKey: ['live', org, name, query],
      queryFn: async ({ signal }) => call<Page<Item>>(urlOf(`/orgs/${org}/${name}`, query), { signal }),
    });
  const ofTask = <Answer>(task: string, part = '') =>
    queryOptions({
      queryKey: ['live', org, 'task', task, part],
      queryFn: async ({ signal }) => call<Answer>(urlOf(`/orgs/${org}/tasks/${task}${part}`), { signal }),
    });
  return {
    agents: () => list<AgentStatus>('agents'),
    pipelines: () => list<NamedPipeline>('pipelines'),
    budgets: () => list<BudgetStatus>('budgets'),
    openQuestions: () => list<Question>('questions', { open: true, limit: 500 }),
    tasks: (filter: TaskFilter, limit: number) => list<TaskSummary>('tasks', { ...filter, limit }),
    running: () => list<TaskSummary>('tasks', { state: 'running', limit: RUNNING }),
    task: (task: string) => ofTask<Task>(task),
    graph: (task: string) => ofTask<TaskGraph>(task, '/graph'),
    history: (task: string) => ofTask<TaskHistory>(task, '/history'),
    events: (task: string) => ofTask<Page<TaskEvent>>(task, '/events?limit=1000'),
  };
};

/** A page of tasks. @param before the `cursor` of the page before it */
export async function readTasks(
  org: string,
  filter: TaskFilter,
  before: string | undefined,
  signal: AbortSignal,
): Promise<Page<TaskSummary>> {
  return call(urlOf(`/orgs/${org}/tasks`, { ...filter, before, limit: PAGE }), { signal });
}
