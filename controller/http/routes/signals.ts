import { Type } from 'typebox';
import { closed, SignalSchema } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { operation, OrgParams } from './shared.ts';

/** Signals: what happened outside, and tasks may wait for. */
export function addSignalRoutes(app: App, { dispatcher }: Services): void {
  app.post(
    '/signals',
    operation('sendSignal', 'Wake the tasks that wait for something', {
      params: OrgParams,
      body: SignalSchema,
      response: { 200: closed({ woken: Type.Integer({ minimum: 0, description: 'Tasks that waited for it.' }) }) },
    }),
    async ({ caller, body }) => ({ woken: await dispatcher.signal(caller.org, body) }),
  );
}
