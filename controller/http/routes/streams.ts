import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, EventSchema, LogEntrySchema } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { AfterQuery, found, listOf, operation, OrgParams, PAGE, TaskParams } from './shared.ts';

const LogPage = closed({
  ...listOf(LogEntrySchema).properties,
  forgotten: Type.Optional(
    Type.Boolean({ description: 'Whether the log, or a part of it, is gone, as the logs of the org were too large.' }),
  ),
});

/** Events and logs, as pages, or with `Accept: text/event-stream` as streams. */
export function addStreamRoutes(app: App, { reads, streams }: Services): void {
  const events = (org: string) => async (after: string, limit: number) => reads.events(org, { after, limit });
  const ofTask = (org: string, task: string) => async (after: string, limit: number) => reads.events(org, { task, after, limit });
  const check = async ({ caller: { org } }: FastifyRequest, task: string) =>
    found(await reads.task(org, task), `Org '${org}' has no task ${task}`);
  const EventList = { 200: listOf(EventSchema) };

  app.get(
    '/events',
    operation('readEvents', 'Read what happened, oldest first, or follow it', {
      params: OrgParams,
      querystring: AfterQuery,
      response: EventList,
    }),
    async (request, reply) => {
      const { org } = request.caller;
      if (wantsStream(request)) return streams.open(request, reply, { name: `events ${org}`, read: events(org), from: 'now' });
      const { after = '0-0', limit = PAGE } = request.query;
      return { items: await events(org)(after, limit) };
    },
  );

  app.get(
    '/tasks/:task/events',
    operation('readTaskEvents', 'Read what happened to a task, oldest first, or follow it', {
      params: TaskParams,
      querystring: AfterQuery,
      response: EventList,
    }),
    async (request, reply) => {
      const { org } = request.caller;
      const { task } = request.params;
      await check(request, task);
      const only = { task, read: ofTask(org, task) };
      if (wantsStream(request)) return streams.open(request, reply, { name: `events ${org}`, read: events(org), only, from: 'oldest' });
      const { after = '0-0', limit = PAGE } = request.query;
      return { items: await only.read(after, limit) };
    },
  );

  app.get(
    '/tasks/:task/log',
    operation('readTaskLog', 'Read the output of a task, oldest first, or follow it', {
      params: TaskParams,
      querystring: AfterQuery,
      response: { 200: LogPage },
    }),
    async (request, reply) => {
      const { org } = request.caller;
      const { task } = request.params;
      await check(request, task);
      const read = async (after: string, limit: number) => reads.log(org, task, { after, limit });
      const isGone = async () => reads.isLogGone(org, task);
      if (wantsStream(request)) return streams.open(request, reply, { name: `log ${task}`, read, isGone, from: 'oldest' });
      const { after = '0-0', limit = PAGE } = request.query;
      return { items: await read(after, limit), ...((await isGone()) ? { forgotten: true } : {}) };
    },
  );
}

function wantsStream({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(headers.accept ?? '');
}
