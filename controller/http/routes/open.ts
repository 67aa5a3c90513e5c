import { Refusal } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';

/** What nobody needs a token for: is it alive, can it work, how is it doing, what can it do. */
export function addOpenRoutes(app: App, { dispatcher, metrics, stopping }: Services): void {
  app.get('/healthz', { schema: { hide: true } }, () => ({ status: 'alive' }));

  app.get('/readyz', { schema: { hide: true } }, async () => {
    if (stopping.aborted) throw new Refusal('FW_UNAVAILABLE', 'The controller is ending');
    await dispatcher.store.read('select to_json(1)', []);
    return { status: 'ready' };
  });

  app.get('/metrics', { schema: { hide: true } }, async (_, reply) =>
    reply
      .type(metrics.registry.contentType)
      .serializer(String)
      .send(await metrics.registry.metrics()),
  );

  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
}
