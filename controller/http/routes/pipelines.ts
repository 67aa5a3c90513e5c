import { Type } from 'typebox';
import {
  closed,
  IdSchema,
  NameSchema,
  PipelineSchema,
  RunRequestSchema,
  RunSchema,
  StartedRunSchema,
  TextSchema,
} from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { found, listOf, operation, OrgParams } from './shared.ts';

const PipelineParams = closed({ org: NameSchema, pipeline: NameSchema });

const RunParams = closed({ org: NameSchema, run: IdSchema });

/** Pipelines and their runs. */
export function addPipelineRoutes(app: App, { pipelines, metrics }: Services): void {
  app.get(
    '/pipelines',
    operation('listPipelines', 'List pipelines', {
      params: OrgParams,
      response: { 200: listOf(closed({ name: NameSchema, ...PipelineSchema.properties })) },
    }),
    ({ caller }) => ({ items: pipelines.list(caller.org).map(({ name, steps }) => ({ name, steps: [...steps] })) }),
  );

  app.post(
    '/pipelines/:pipeline/runs',
    operation('startRun', 'Start a run of a pipeline, whole or not at all', {
      params: PipelineParams,
      body: RunRequestSchema,
      response: { 200: StartedRunSchema, 201: StartedRunSchema },
    }),
    async (request, reply) => {
      const { caller, params, body } = request;
      const started = await pipelines.start(caller.org, params.pipeline, body, `${caller.name} (${caller.token})`);
      request.about = started.tasks.map(({ id }) => id);
      if (started.created) metrics.scheduled.inc(started.tasks.length);
      return reply.code(started.created ? 201 : 200).send(started);
    },
  );

  app.get(
    '/runs/:run',
    operation('readRun', 'Read a run, step by step', { params: RunParams, response: { 200: RunSchema } }),
    async ({ caller: { org }, params: { run } }) => found(await pipelines.see(org, run), `Org '${org}' has no run ${run}`),
  );

  app.post(
    '/runs/:run/cancel',
    operation('cancelRun', 'Cancel what is left of a run', {
      params: RunParams,
      body: closed({ reason: TextSchema }),
      response: { 200: closed({ ended: Type.Integer({ minimum: 0, description: 'Tasks that ended.' }) }) },
    }),
    async ({ caller, params: { run }, body: { reason } }) => ({ ended: await pipelines.cancel(caller.org, run, reason) }),
  );
}
