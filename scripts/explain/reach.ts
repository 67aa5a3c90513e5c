import { Agent, type Org, type OrgPart } from '../../constructs/index.ts';
import { idOf, readRelations, type Relations, type Thing } from '../graph/relations.ts';
import { undrawnKind, undrawnReachedBy, undrawnReaches } from './undrawn.ts';

/** A line about someone that is reached, or that reaches. */
export type ReachRow = Readonly<Record<'kind' | 'name' | 'why', string>>;

/** Words for what something is. */
const KINDS: Readonly<Record<Thing['kind'], string>> = {
  access: 'API right',
  agent: 'agent',
  broker: 'broker',
  egress: 'egress policy',
  host: 'host',
  memory: 'memory',
  model: 'model',
  persona: 'persona',
  pods: 'pods',
  secret: 'secret',
  tool: 'tool',
};

/** What a part is, in a word or two. */
export function sayKind(part: OrgPart): string {
  const undrawn = undrawnKind(part);
  if (undrawn !== undefined) return undrawn;
  const { things } = readRelations(part.org);
  return KINDS[things.find(({ id }) => id === idOf(part, part.org))?.kind ?? 'pods'];
}

/** Whom a part reaches, itself and through what it was given; each once, by the shortest way. */
export function reachesOf(part: OrgPart): ReachRow[] {
  const relations = readRelations(part.org);
  const rows = new Map<string, ReachRow>();
  const ways: { id: string; through: readonly string[] }[] = [{ id: idOf(part, part.org), through: [] }];
  const seen = new Set(ways.map(({ id }) => id));
  for (const { id, through } of ways) {
    for (const { to, how } of relations.links.filter(({ from }) => from === id)) {
      const known = rows.get(to);
      const why = through.length === 0 ? how : `${how}; through ${through.join(', ')}`;
      if (known === undefined) rows.set(to, { ...nameOf(relations, to), why });
      else if (through.length === 0) rows.set(to, { ...known, why: `${known.why}; ${how}` });
      if (seen.has(to)) continue;
      seen.add(to);
      ways.push({ id: to, through: [...through, nameOf(relations, to).name] });
    }
  }
  return [...rows.values(), ...dispatcherOf(part), ...undrawnReaches(part)];
}

/** Who reaches a part: those that were given it, and people from outside the cluster. */
export function reachedBy(part: OrgPart): ReachRow[] {
  const relations = readRelations(part.org);
  const id = idOf(part, part.org);
  const users = relations.links.filter(({ to }) => to === id).map(({ from, how }) => ({ ...nameOf(relations, from), why: how }));
  return [...users, ...peopleOf(part), ...undrawnReachedBy(part)];
}

function nameOf({ things }: Relations, id: string): { kind: string; name: string } {
  const thing = things.find((each) => each.id === id);
  return { kind: KINDS[thing?.kind ?? 'pods'], name: thing?.name ?? id };
}

/** What works off a queue asks for its tasks. */
function dispatcherOf(part: OrgPart): ReachRow[] {
  const takesTasks = part instanceof Agent && (part.run.mode.kind === 'pool' || part.run.mode.kind === 'job');
  return takesTasks ? [{ kind: 'pods', name: 'the dispatcher', why: 'gives it its tasks' }] : [];
}

function peopleOf(part: OrgPart): ReachRow[] {
  if (!(part instanceof Agent) || part.run.mode.kind !== 'service' || part.run.mode.expose === undefined) return [];
  const { groups, publicReason } = part.run.mode.expose;
  const host = `https://${part.name}.${part.org.name}.${part.org.fleet.environment.domain}`;
  if (publicReason !== undefined) return [{ kind: 'people', name: 'everyone', why: `at ${host}, without signing in: ${publicReason}` }];
  return [{ kind: 'people', name: groups.join(', ') || 'all who can sign in', why: `at ${host}, signed in` }];
}

/** Whom the parts of an org reach outside their namespace, each with the part that does. */
export function outsideOf(org: Org): ReachRow[] {
  const relations = readRelations(org);
  const outside = relations.things.filter(({ kind }) => kind === 'host' || kind === 'pods');
  return outside.map(({ id, kind, name }) => {
    const users = relations.links.filter(({ to }) => to === id).map(({ from }) => nameOf(relations, from).name);
    return { kind: KINDS[kind], name, why: `for ${[...new Set(users)].join(', ')}` };
  });
}
