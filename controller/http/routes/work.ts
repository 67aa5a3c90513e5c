import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import {
  AskSchema,
  ClaimRequestSchema,
  ClaimSchema,
  closed,
  CompletionAnswerSchema,
  CompletionSchema,
  type Fence,
  FenceSchema,
  HeartbeatAnswerSchema,
  HeartbeatSchema,
  IdSchema,
  LIMITS,
  LogChunkSchema,
  Refusal,
  StartSchema,
  WorkerEventSchema,
} from '../../contract/wire/index.ts';
import { refuseStale } from '../../dispatch/index.ts';
import type { Identity } from '../access/tokens.ts';
import type { App, Services } from '../app.ts';
import { traceReports } from '../traces/trace-reports.ts';
import { Nothing, operation, OrgParams, TaskParams } from './shared.ts';

/** As many as one call may hold. */
const BATCH = { minItems: 1, maxItems: LIMITS.batch };

/** What workers do: claim, tell, ask, end. */
export function addWorkRoutes(app: App, services: Services): void {
  addClaims(app, services);
  addBulk(app, services);
  addTelling(app, services);
}

function addClaims(app: App, { dispatcher, metrics, places, stopping }: Services): void {
  const waiting = new Set<AbortController>();
  stopping.addEventListener('abort', () => waiting.forEach((gone) => gone.abort()));
  app.post(
    '/claims',
    operation('claimTasks', 'Take tasks to work on; waits for some, if asked to', {
      params: OrgParams,
      body: ClaimRequestSchema,
      response: { 200: closed({ claims: Type.Array(ClaimSchema) }) },
    }),
    async (request, reply) => {
      const { caller, body } = request;
      const foreign = body.agents.findIndex((agent) => !caller.agents.includes(agent));
      if (foreign >= 0)
        throw new Refusal('FW_FORBIDDEN', `This token is not for agent '${body.agents[foreign]}'`, { at: `/agents/${foreign}` });
      const claims = await dispatcher.claim(caller.org, body, untilGone(reply, stopping.aborted, waiting));
      for (const { fence, org, agent } of claims) places.remember(fence.task, `${org}/${agent}`);
      if (claims.length > 0) request.about = tasksOf(claims);
      metrics.claimed.inc(claims.length);
      return { claims };
    },
  );
}

/**
 * Aborted when the caller has hung up, and when the program ends. The framework's own signal comes with the end of the body.
 *
 * @param waiting those to abort when the program ends
 */
function untilGone({ raw }: FastifyReply, isStopping: boolean, waiting: Set<AbortController>): AbortSignal {
  const gone = new AbortController();
  if (isStopping) gone.abort();
  waiting.add(gone);
  raw.once('close', () => {
    waiting.delete(gone);
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** What comes often, and from workers with many tasks. A stale fence is an answer here, so that it does not hide the others. */
function addBulk(app: App, services: Services): void {
  const { dispatcher, metrics, places } = services;
  app.post(
    '/heartbeats',
    operation('heartbeat', 'Keep tasks', {
      params: OrgParams,
      body: closed({ heartbeats: Type.Array(HeartbeatSchema, BATCH) }),
      response: { 200: closed({ answers: Type.Array(HeartbeatAnswerSchema) }) },
    }),
    async ({ caller, body: { heartbeats } }) => {
      const own = await places.own(caller, tasksOf(heartbeats));
      const answer = async (beat: Static<typeof HeartbeatSchema>) =>
        own.has(beat.fence.task) ? dispatcher.heartbeat(beat) : { outcome: 'stale' as const };
      return { answers: await Promise.all(heartbeats.map(answer)) };
    },
  );

  app.post(
    '/completions',
    operation('completeTasks', 'End attempts, each once', {
      params: OrgParams,
      body: closed({ completions: Type.Array(CompletionSchema, BATCH) }),
      response: { 200: closed({ answers: Type.Array(CompletionAnswerSchema) }) },
    }),
    async (request, reply) => {
      const { completions } = request.body;
      const tasks = tasksOf(completions);
      request.about = tasks;
      const own = await places.own(request.caller, tasks);
      const answer = async (report: Static<typeof CompletionSchema>) =>
        own.has(report.fence.task) ? dispatcher.complete(report) : { outcome: 'stale' as const };
      const answers = await Promise.all(completions.map(answer));
      for (const { outcome } of answers) metrics.reported.inc({ outcome });
      traceReports(services, request.caller.org, completions, answers).catch((error: unknown) =>
        request.log.warn({ err: error }, 'Not traced'),
      );
      return reply.send({ answers });
    },
  );
}

function addTelling(app: App, { dispatcher, places }: Services): void {
  const hold = async (caller: Identity, task: string, fence: Fence) => {
    if (fence.task !== task) throw new Refusal('FW_BODY_INVALID', 'The fence is that of another task than the path', { at: '/fence/task' });
    if (!(await places.isOwn(caller, fence))) throw refuseStale(task);
  };
  const told = { params: TaskParams, response: { 204: Nothing } };

  app.post(
    '/tasks/:task/start',
    operation('startTask', "Tell that the agent's program begins", { body: StartSchema, ...told }),
    async ({ caller, params, body }, reply) => {
      await hold(caller, params.task, body.fence);
      await dispatcher.start(body);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/tasks/:task/log',
    operation('appendLog', 'Keep output; sending it again changes nothing', {
      body: closed({ fence: FenceSchema, chunks: Type.Array(LogChunkSchema, BATCH) }),
      ...told,
    }),
    async ({ caller, params, body }, reply) => {
      await hold(caller, params.task, body.fence);
      await dispatcher.log(body.fence, body.chunks);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/tasks/:task/events',
    operation('appendEvents', 'Keep events; sending them again changes nothing', {
      body: closed({ fence: FenceSchema, events: Type.Array(WorkerEventSchema, BATCH) }),
      ...told,
    }),
    async ({ caller, params, body }, reply) => {
      await hold(caller, params.task, body.fence);
      await dispatcher.events(body.fence, body.events);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/tasks/:task/questions',
    operation('askQuestion', 'Ask people; the same key gives the same question', {
      params: TaskParams,
      body: closed({ fence: FenceSchema, ...AskSchema.properties }),
      response: { 201: closed({ question: IdSchema }) },
    }),
    async ({ caller, params, body: { fence, ...ask } }, reply) => {
      await hold(caller, params.task, fence);
      return reply.code(201).send({ question: await dispatcher.ask(fence, ask) });
    },
  );
}

function tasksOf(reports: readonly { readonly fence: Fence }[]): string[] {
  return reports.map(({ fence }) => fence.task);
}
