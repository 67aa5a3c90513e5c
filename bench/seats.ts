/** How many orgs share the agents. */
export const ORGS = 20;

/** The images that the benchmark's environment locks. */
export const IMAGES = {
  files:
    'registry.example.com/fleet/npm/modelcontextprotocol/server-filesystem@sha256:58e0dfe08420467d3e76be2216fd5297f9edec189304fc75dd45c2a6c66c2cd8',
  litellm: 'registry.example.com/fleet/litellm@sha256:358fd3d123c9a6e2b79b3862da3f099b7491f1eb625185fdc254d3faa449af35',
  squid: 'registry.example.com/fleet/squid@sha256:5b183f5c2ede1d87bd596db05499fa5cd23a53c93b27d8c9a292768183d6d972',
  worker: 'registry.example.com/fleet/worker@sha256:5c34d26aa5f22cf5ce9dfe0d0dc64d25c8dbc1de3fe028f341de9f548216c4ca',
} as const;

/** What is different for each agent. All programs build their fleet from these, so that they build the same one. */
export interface Seat {
  readonly org: string;
  readonly name: string;
  readonly instructions: string;
}

const TASKS = [
  'Answer the questions',
  'Sort the tickets',
  'Review the changes',
  'Watch the deployments',
  'Write the release notes',
] as const;

/** Names of all orgs: `org-00` to `org-19`. */
export function orgNames(): string[] {
  return Array.from({ length: ORGS }, (_, index) => `org-${String(index).padStart(2, '0')}`);
}

/**
 * The agents of one org, as many in each.
 *
 * @param agents how many all orgs have together
 * @param edited number of the agent that someone has given other instructions since; none when left out
 */
export function* seatsOf(org: string, agents: number, edited?: number): Generator<Seat> {
  let seed = hashOf(org);
  for (let index = 0; index < agents / Math.min(ORGS, agents); index++) {
    seed = next(seed);
    const task = TASKS[seed % TASKS.length] ?? TASKS[0];
    const wish = index === edited ? ' Be brief.' : '';
    yield { org, name: `agent-${index}`, instructions: `${task} of team ${seed % 9973}.${wish}` };
  }
}

/** The next of a fixed sequence of numbers. @see https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
function next(seed: number): number {
  return (seed * 48_271) % 2_147_483_647;
}

function hashOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7) % 2_147_483_647;
}
