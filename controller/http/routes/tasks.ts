import { Type } from 'typebox';
import {
  closed,
  FenceSchema,
  IdSchema,
  NameSchema,
  ScheduledSchema,
  ScheduleRequestSchema,
  TASK_STATES,
  TaskGraphSchema,
  TaskHistorySchema,
  TaskSchema,
  TaskSummarySchema,
  type Task,
  TextSchema,
} from '../../contract/wire/index.ts';
import { refuseStale } from '../../dispatch/index.ts';
import type { Identity } from '../access/tokens.ts';
import type { App, Services } from '../app.ts';
import { found, listOf, operation, OrgParams, PAGE, PageQuery, TaskParams } from './shared.ts';

const ScheduledList = closed({ tasks: Type.Array(ScheduledSchema, { description: 'By position in the request.' }) });

const SubTasksSchema = closed({ fence: FenceSchema, ...ScheduleRequestSchema.properties });

const TaskListQuery = closed({
  ...PageQuery,
  agent: Type.Optional(NameSchema),
  state: Type.Optional(Type.Enum(TASK_STATES)),
  parent: Type.Optional(IdSchema),
  title: Type.Optional({ ...TextSchema, description: 'What titles hold, in small or capital letters.' }),
});

/** Tasks: schedule, look, cancel, pause. */
export function addTaskRoutes(app: App, services: Services): void {
  addSchedule(app, services);
  addReads(app, services);
  addChanges(app, services);
}

function addSchedule(app: App, { dispatcher, metrics, places }: Services): void {
  app.post(
    '/tasks',
    operation('scheduleTasks', 'Schedule a graph of tasks, whole or not at all', {
      params: OrgParams,
      body: ScheduleRequestSchema,
      response: { 200: ScheduledList, 201: ScheduledList },
    }),
    async (request, reply) => {
      const tasks = await dispatcher.schedule(request.caller.org, request.body);
      return reply.code(note(request, tasks)).send({ tasks });
    },
  );

  app.post(
    '/tasks/:task/tasks',
    operation('scheduleSubTasks', 'Schedule sub-tasks of a task that the caller holds', {
      params: TaskParams,
      body: SubTasksSchema,
      response: { 200: ScheduledList, 201: ScheduledList },
    }),
    async (request, reply) => {
      const { caller, body, params } = request;
      if (body.fence.task !== params.task || !(await places.isOwn(caller, body.fence))) throw refuseStale(params.task);
      const tasks = await dispatcher.schedule(caller.org, { tasks: body.tasks }, body.fence);
      return reply.code(note(request, tasks)).send({ tasks });
    },
  );

  function note(
    request: { about: readonly string[] | null },
    tasks: readonly { readonly task: string; readonly created: boolean }[],
  ): 200 | 201 {
    request.about = tasks.map(({ task }) => task);
    const made = tasks.filter(({ created }) => created).length;
    metrics.scheduled.inc(made);
    return made > 0 ? 201 : 200;
  }
}

function addReads(app: App, { reads, places, audit }: Services): void {
  app.get(
    '/tasks',
    operation('listTasks', 'List tasks, newest first; a page that is not full may yet have a cursor', {
      params: OrgParams,
      querystring: TaskListQuery,
      response: { 200: listOf(TaskSummarySchema) },
    }),
    async ({ caller, query: { limit = PAGE, ...filter } }) => reads.tasks(caller.org, { ...filter, limit }),
  );

  app.get(
    '/tasks/:task',
    operation('readTask', 'Read a task', { params: TaskParams, response: { 200: TaskSchema } }),
    async ({ caller, params }) => {
      const task = await readTask(reads, caller, params.task);
      const mine =
        caller.role !== 'worker' || (await places.own(caller, [task.id, ...(task.parent === undefined ? [] : [task.parent])])).size > 0;
      return found(mine ? task : undefined, missing(caller, params.task));
    },
  );

  app.get(
    '/tasks/:task/graph',
    operation('readTaskGraph', 'Read the tasks that have to do with a task', { params: TaskParams, response: { 200: TaskGraphSchema } }),
    async ({ caller, params: { task } }) => found(await reads.graph(caller.org, task), missing(caller, task)),
  );

  app.get(
    '/tasks/:task/history',
    operation('readTaskHistory', 'Read where a task comes from, and how the attempts at it went', {
      params: TaskParams,
      response: { 200: TaskHistorySchema },
    }),
    async ({ caller, params }) => {
      const { id, createdAt } = await readTask(reads, caller, params.task);
      const history = found(await reads.history(caller.org, id), missing(caller, id));
      const scheduledBy = await audit.schedulerOf(caller.org, id, createdAt);
      return { ...history, ...(scheduledBy === undefined ? {} : { scheduledBy }) };
    },
  );
}

function addChanges(app: App, { dispatcher, reads }: Services): void {
  app.post(
    '/tasks/:task/cancel',
    operation('cancelTask', 'End a task and all below it', {
      params: TaskParams,
      body: closed({ reason: TextSchema }),
      response: { 200: closed({ ended: Type.Integer({ minimum: 0, description: 'Tasks that this ended.' }) }) },
    }),
    async ({ caller, params, body }) => ({ ended: await dispatcher.cancel(caller.org, params.task, body.reason) }),
  );

  app.post(
    '/tasks/:task/retry',
    operation('retryTask', 'Give a task that did not succeed fresh attempts', {
      params: TaskParams,
      response: {
        200: closed({
          reopened: Type.Array(IdSchema, { description: 'Tasks that are open again: this one first, then what ended because of it.' }),
        }),
      },
    }),
    async (request, reply) => {
      const { caller, params } = request;
      const reopened = await dispatcher.retry(caller.org, params.task, `${caller.name} (${caller.token})`);
      request.about = reopened;
      return reply.send({ reopened });
    },
  );

  for (const [verb, operationId, rest] of [
    ['pause', 'pauseTask', true],
    ['resume', 'resumeTask', false],
  ] as const) {
    app.post(
      `/tasks/:task/${verb}`,
      operation(operationId, `${rest ? 'Pause' : 'Resume'} a task`, { params: TaskParams, response: { 200: TaskSchema } }),
      async ({ caller, params }) => {
        await readTask(reads, caller, params.task);
        await dispatcher.rest(caller.org, params.task, rest);
        return readTask(reads, caller, params.task);
      },
    );
  }
}

async function readTask(reads: Services['reads'], caller: Identity, id: string): Promise<Task> {
  return found(await reads.task(caller.org, id), missing(caller, id));
}

function missing({ org }: Identity, id: string): string {
  return `Org '${org}' has no task ${id}`;
}
