import { byName, closed } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { readCloudEvent, readStructured, STRUCTURED } from '../hooks/cloud-event.ts';
import { BegunSchema, tasksOf } from './hooks.ts';
import { operation, OrgParams } from './shared.ts';

/** CloudEvents: each begins what the triggers that wait for its type begin by it. */
export function addEventRoutes(app: App, { triggers }: Services): void {
  void app.register(async (events: App) => {
    events.removeAllContentTypeParsers();
    const types = ['application/json', STRUCTURED, 'application/cloudevents-batch+json'];
    events.addContentTypeParser(types, { parseAs: 'buffer' }, (_, body, done) => done(null, body));

    events.post(
      '/events',
      operation('publishEvent', 'Tell the triggers of an org what happened, as a CloudEvent', {
        params: OrgParams,
        response: { 200: closed({ triggers: byName(BegunSchema) }) },
      }),
      // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Fastify waits for it
      async (request) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        // Who brings a token need not say of JSON that it is an event.
        const event = readCloudEvent(request.headers, body) ?? readStructured(body);
        const begun = await triggers.publish(request.caller.org, event);
        request.about = Object.values(begun).flatMap(tasksOf);
        return { triggers: begun };
      },
    );
  });
}
