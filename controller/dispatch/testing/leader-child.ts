import type { Fleet } from '../../contract/wire/index.ts';
import { startBackground } from '../background.ts';
import { Dispatcher } from '../dispatcher.ts';
import { openPostgres } from '../postgres-store.ts';

/** Does the work of time until it is killed, and tells what went wrong. Run as `leader-child.ts <URL> <fleet.json as text>`. */
const [url = '', fleet = ''] = process.argv.slice(2);
const dispatcher = await Dispatcher.open(await openPostgres({ url }));
startBackground({ dispatcher, fleet: JSON.parse(fleet) as Fleet, onError: (error) => process.stdout.write(`${String(error)}\n`) });
