import { type Code, object } from './code.ts';
import type { Fields } from './fields.ts';
import { cpuCode, parseQuantity, sizeCode } from './values.ts';

/** Requests and limits where nothing is said, as quantities. */
export interface ResourceDefaults {
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorage: string;
}

/** What an agent's runtime asks for by default. */
export const AGENT_DEFAULTS: ResourceDefaults = { cpu: '250m', memory: '1Gi', ephemeralStorage: '1Gi' };

/** What a tool asks for by default. */
export const TOOL_DEFAULTS: ResourceDefaults = { cpu: '50m', memory: '256Mi', ephemeralStorage: '256Mi' };

/**
 * `Resources` from requests and limits; the later of several places wins. `undefined` where nothing is said.
 */
export function readResources(places: readonly Fields[], defaults: ResourceDefaults): Code | undefined {
  const found = places.map((place) => place.get('resources')).filter((place) => place.exists);
  if (found.length === 0) return undefined;
  const requests = pick(found, 'requests');
  const limits = pick(found, 'limits');
  const cpu = cpuCode(requests('cpu') ?? limits('cpu')) ?? cpuCode(parseQuantity(defaults.cpu));
  const cpuLimit = requests('cpu') === undefined || (limits('cpu') ?? 0) < (requests('cpu') ?? 0) ? undefined : cpuCode(limits('cpu'));
  const [requested, limited] = [requests('memory'), limits('memory')];
  if (requested !== undefined && limited !== undefined && requested !== limited) {
    for (const place of found) place.get('requests', 'memory').change('memory is requested as it is limited, so that nothing is evicted');
  }
  return object({
    cpu,
    cpuLimit,
    memory: sizeCode(limited ?? requested) ?? sizeCode(parseQuantity(defaults.memory)),
    ephemeralStorage:
      sizeCode(limits('ephemeral-storage') ?? requests('ephemeral-storage')) ?? sizeCode(parseQuantity(defaults.ephemeralStorage)),
  });
}

function pick(places: readonly Fields[], group: string): (name: string) => number | undefined {
  return (name) => {
    let found: number | undefined;
    for (const place of places) {
      const field = place.get(group, name);
      const amount = parseQuantity(field.text());
      if (amount === undefined) field.leave('it is no quantity of Kubernetes');
      else found = amount;
    }
    return found;
  };
}
