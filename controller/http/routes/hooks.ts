import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, IdSchema, NameSchema, Refusal } from '../../contract/wire/index.ts';
import type { Begun } from '../../dispatch/index.ts';
import { RateLimit } from '../access/rate.ts';
import type { App, Services } from '../app.ts';
import type { Hooks } from '../hooks/hook.ts';

/** What strangers may send. Sizes are in bytes, times in milliseconds. */
const STRANGERS = {
  body: 1024 * 1024,
  /** How many bodies are read at once, so that strangers cannot fill the memory, and how long one may take. */
  bodies: 64,
  /** How many of them one address keeps when there is no room for others. */
  bodiesEach: 8,
  bodyMs: 5000,
  /** How often one address may knock, a second. */
  perSecond: 100,
} as const;

/** What each trigger takes in a second. */
const PER_SECOND = 30;

/** What became of what was sent. */
export const BegunSchema = closed(
  {
    outcome: Type.Enum(['started', 'repeated', 'unwanted', 'failed'], {
      description: 'Begun; begun by the same before; not wanted by the trigger; or nothing that the trigger can make out.',
    }),
    run: Type.Optional(IdSchema),
    agent: Type.Optional(NameSchema),
    created: Type.Optional(Type.Boolean()),
    tasks: Type.Optional(Type.Array(closed({ step: NameSchema, id: IdSchema }))),
    task: Type.Optional(IdSchema),
  },
  { $id: 'Begun' },
);

/** Webhooks. Who signs as a trigger wants it needs no token. */
export function addHookRoutes(app: App, { audit }: Services, hooks: Hooks): void {
  const rate = new RateLimit(PER_SECOND);
  limitStrangers(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: STRANGERS.body }, (_, body, done) => done(null, body));

  app.post(
    '/:org/:trigger',
    {
      schema: {
        operationId: 'receiveHook',
        summary: 'Tell a trigger what happened, signed as it wants it',
        security: [],
        // Any text: an impossible name is answered like a wrong one.
        params: closed({ org: Type.String(), trigger: Type.String() }),
        response: { 200: BegunSchema, 202: BegunSchema },
      },
    },
    async (request, reply) => {
      const { org, trigger: name } = request.params;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const knock = { org, trigger: name, request: { headers: request.headers, body } };
      const { trigger, signed } = await hooks.verify(knock);
      if (rate.take(`${org}/${name}`) > 0)
        throw new Refusal('FW_RATE_LIMITED', `This trigger takes ${PER_SECOND} requests a second; send it again later`);
      const begun = await hooks.enter(knock, trigger, signed);
      const status = begun.outcome === 'started' ? 202 : 200;
      await audit.record({
        org,
        token: 'hook',
        name: `trigger ${name}`,
        operation: 'receiveHook',
        target: request.url.slice(0, 512),
        about: tasksOf(begun),
        status,
        request: request.id,
      });
      return reply.code(status).send(begun);
    },
  );
}

/** Ids of the tasks that were begun, for the audit log. */
export function tasksOf({ task, tasks = [] }: Begun): string[] {
  return [...(task === undefined ? [] : [task]), ...tasks.map(({ id }) => id)];
}

/** Before anything is read: there is no token that tells who sends. */
function limitStrangers(app: App): void {
  const rate = new RateLimit(STRANGERS.perSecond);
  const reading = new Map<FastifyRequest, NodeJS.Timeout>();
  const forget = (request: FastifyRequest) => {
    clearTimeout(reading.get(request));
    reading.delete(request);
  };
  const end = (request: FastifyRequest) => {
    forget(request);
    request.raw.destroy();
  };
  app.addHook('onRequest', async (request) => {
    if (rate.take(request.ip) > 0)
      throw new Refusal('FW_RATE_LIMITED', `This address may knock ${STRANGERS.perSecond} times a second; wait`);
    if (reading.size >= STRANGERS.bodies) {
      const slowest = greediest([...reading.keys()], request.ip);
      if (slowest === undefined) throw new Refusal('FW_UNAVAILABLE', 'Too many send something right now; send it again later');
      end(slowest);
    }
    reading.set(
      request,
      setTimeout(() => end(request), STRANGERS.bodyMs),
    );
  });
  app.addHook('preHandler', async (request) => forget(request));
  app.addHook('onResponse', async (request) => forget(request));
  app.addHook('onRequestAbort', async (request) => forget(request));
}

/**
 * Who has to go so that another address gets in: of the address that sends most at once, and more than its share, what came first.
 *
 * @param requests what is being read, in the order in which it came
 * @param ip who wants to get in
 */
function greediest(requests: readonly FastifyRequest[], ip: string): FastifyRequest | undefined {
  const byAddress = Map.groupBy(requests, (each) => each.ip);
  if ((byAddress.get(ip)?.length ?? 0) >= STRANGERS.bodiesEach) return undefined;
  const [most = []] = [...byAddress.values()].toSorted((one, other) => other.length - one.length);
  return most.length > STRANGERS.bodiesEach ? most[0] : undefined;
}
