import { Probe } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, number, object, text, texts, withOptions } from './code.ts';
import type { Fields } from './fields.ts';
import { durationCode } from './values.ts';

const NAMES = { startup: 'startupProbe', readiness: 'readinessProbe', liveness: 'livenessProbe' } as const;

/** `Probes` from the probes of a container; `undefined` where there is none. */
export function readProbes(pod: Fields): Code | undefined {
  const entries = Object.entries(NAMES).map(([name, key]) => [name, readProbe(pod.get(key))] as const);
  return entries.every(([, code]) => code === undefined) ? undefined : object(Object.fromEntries(entries));
}

function readProbe(probe: Fields): Code | undefined {
  if (!probe.exists) return undefined;
  for (const key of ['initialDelaySeconds', 'successThreshold', 'terminationGracePeriodSeconds']) {
    probe.get(key).leave('a startup probe holds the others back; one success is enough');
  }
  const options = readOptions(probe);
  const path = probe.get('httpGet', 'path').text() ?? '/';
  const command = probe.get('exec', 'command').texts();
  const isHttp = probe.get('httpGet').exists;
  const refused = isHttp ? refusalOf(() => Probe.http(path)) : undefined;
  if (refused !== undefined) {
    probe.leave(refused);
    return undefined;
  }
  probe.get(isHttp ? 'httpGet' : 'tcpSocket', 'port').change("the port is Fleetwright's to choose, and probes look at it");
  for (const key of ['scheme', 'host', 'httpHeaders']) probe.get('httpGet', key).leave('the container itself is asked, in plain HTTP');
  if (isHttp) return call('Probe.http', text(path), ...withOptions(options));
  if (command.length > 0) return call('Probe.command', texts(command), ...withOptions(options));
  return call('Probe.tcp', ...withOptions(options));
}

function readOptions(probe: Fields): Code {
  const seconds = (key: string) => countOf(probe.get(key), 3600);
  const [period, timeout, failures] = [seconds('periodSeconds'), seconds('timeoutSeconds'), countOf(probe.get('failureThreshold'), 1000)];
  return object({
    period: period === undefined ? undefined : durationCode(period),
    timeout: timeout === undefined ? undefined : durationCode(timeout),
    failures: failures === undefined ? undefined : number(failures),
  });
}

function countOf(field: Fields, most: number): number | undefined {
  const count = field.number();
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= most)) return count;
  field.leave(`it is no whole number from 1 to ${most}`);
  return undefined;
}
