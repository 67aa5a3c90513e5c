import { Dispatcher } from '../dispatcher.ts';
import { openPglite } from '../pglite-store.ts';
import { openPostgres } from '../postgres-store.ts';

/** Works until it is killed, and tells each thing that was acknowledged to it. Run as `crash-child.ts pglite|postgres <folder or URL>`. */
const [kind, where = ''] = process.argv.slice(2);
const dispatcher = await Dispatcher.open(kind === 'pglite' ? await openPglite(where) : await openPostgres({ url: where }));
await dispatcher.applyFleet({ contract: '1.0', orgs: { acme: { agents: { coder: { mode: 'pool', leaseSeconds: 2, attempts: 100 } } } } });

async function work(): Promise<never> {
  for (;;) {
    /* eslint-disable no-await-in-loop -- one life after the other */
    const scheduled = await dispatcher.schedule('acme', { tasks: [{ agent: 'coder', title: 'A task', input: { text: 'x'.repeat(200) } }] });
    tell('scheduled', scheduled[0]?.task);
    for (const { fence } of await dispatcher.claim('acme', { agents: ['coder'] })) {
      const answer = await dispatcher.complete({ fence, outcome: 'succeeded' });
      if (answer.outcome === 'recorded') tell('ended', fence.task);
    }
    /* eslint-enable no-await-in-loop */
  }
}

function tell(what: string, task: string | undefined): void {
  process.stdout.write(`${what} ${task}\n`);
}

await Promise.all(Array.from({ length: 16 }, work));
