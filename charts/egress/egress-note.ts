import type { Egress } from '../../constructs/index.ts';
import type { Labels } from '../manifest.ts';

/** The annotation of a part's NetworkPolicy that says to people where it may go, and why. */
const EGRESS_NOTE = 'fleetwright.dev/egress';

/** What a reviewer wants to know of each intent, one line each. */
export function egressNote(intents: readonly Egress[]): Labels {
  return { [EGRESS_NOTE]: intents.map(describeIntent).join('\n') };
}

function describeIntent({ host, depth, ports, methods, reason, owner, expires }: Egress): string {
  const where = depth === 'exact' ? host : `${depth} below ${host}`;
  const how = methods.length === 0 ? `TCP ${ports.join(', ')}` : `plain HTTP ${methods.join(', ')}`;
  const answers = owner === undefined ? '' : `, for ${owner}`;
  const until = expires === undefined ? '' : `, until ${expires}`;
  return `${where} (${how}${answers}${until}): ${reason.trim().replaceAll(/\s+/g, ' ')}`;
}
