import type { Link, Relations, Thing, ThingKind } from './relations.ts';

/** Up to this many agents, and this many other things, each is shown by itself. */
const MOST_AGENTS = 12;
const MOST_THINGS = 60;

/** Aspects in which things of one shape may differ. */
const OWN_ASPECTS = new Set(['budget', 'exposure', 'served', 'tone']);

/** Things that are shown as one, because they are alike in what they are and in what they reach. */
export interface Group {
  /** The first member's. */
  readonly id: string;
  readonly kind: ThingKind;
  readonly members: readonly Thing[];
}

/** That each member of a group reaches another group's members: all of them, or each its own. */
export interface GroupLink {
  readonly from: string;
  readonly to: string;
  readonly hows: readonly string[];
  readonly eachItsOwn: boolean;
}

/** An org's things, grouped where there are many. */
export interface Groups {
  readonly groups: readonly Group[];
  readonly links: readonly GroupLink[];
}

/** Groups what is alike, where there is more than a picture can show one by one. Who may reach what stays exact. */
export function collapse(relations: Relations): Groups {
  const agents = relations.things.filter(({ kind }) => kind === 'agent').length;
  if (agents <= MOST_AGENTS && relations.things.length - agents <= MOST_THINGS) return group(relations, ({ id }) => id);
  const shapes = new Shapes(relations);
  return mergeTwins(
    group(relations, (thing) => shapes.keyOf(thing)),
    relations,
  );
}

/** Tells which things are alike. Something that one other thing alone uses is known by what it is, all else by its id. */
class Shapes {
  readonly #things: ReadonlyMap<string, Thing>;
  readonly #targets: ReadonlyMap<string, readonly string[]>;
  readonly #users: ReadonlyMap<string, readonly string[]>;
  readonly #shapes = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  constructor({ things, links }: Relations) {
    this.#things = new Map(things.map((thing) => [thing.id, thing]));
    this.#targets = listBy(links, 'from', 'to');
    this.#users = listBy(links, 'to', 'from');
  }

  /** Equal for things that are shown as one. */
  keyOf({ id, kind }: Thing): string {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const user = this.#things.get(this.#ownerOf(id) ?? '');
    this.#keys.set(id, id);
    const key = this.#makeKey(id, kind, user);
    this.#keys.set(id, key);
    return key;
  }

  #makeKey(id: string, kind: ThingKind, user: Thing | undefined): string {
    if (kind === 'agent') return this.#shapeOf(id);
    return user === undefined ? id : `${this.keyOf(user)} > ${this.#shapeOf(id)}`;
  }

  /** The only thing that uses it. */
  #ownerOf(id: string): string | undefined {
    const users = this.#users.get(id) ?? [];
    return users.length === 1 ? users[0] : undefined;
  }

  /** What something is and reaches; models that fall back to each other know each other by id. */
  #shapeOf(id: string): string {
    const known = this.#shapes.get(id);
    if (known !== undefined) return known;
    this.#shapes.set(id, id);
    const { kind, details } = this.#things.get(id) ?? { kind: '', details: {} };
    const aspects = Object.entries(details).map(([name, text]) => (OWN_ASPECTS.has(name) ? name : `${name} ${text}`));
    const targets = (this.#targets.get(id) ?? []).map((target) => (this.#ownerOf(target) === id ? `own ${this.#shapeOf(target)}` : target));
    const shape = JSON.stringify([kind, aspects, targets.sort()]);
    this.#shapes.set(id, shape);
    return shape;
  }
}

function group(relations: Relations, keyOf: (thing: Thing) => string): Groups {
  const byKey = new Map<string, Thing[]>();
  for (const thing of relations.things) listOf(byKey, keyOf(thing)).push(thing);
  return withLinks([...byKey.values()], relations);
}

/** Moves links to the groups of their ends. Fewer links than pairs of members means that each member has its own. */
function withLinks(members: readonly (readonly Thing[])[], { links }: Relations): Groups {
  const groups = members.flatMap((things) =>
    things[0] === undefined ? [] : [{ id: things[0].id, kind: things[0].kind, members: things }],
  );
  const groupOf = new Map(groups.flatMap((each) => each.members.map(({ id }) => [id, each] as const)));
  const found = new Map<string, { from: Group; to: Group; hows: Set<string>; pairs: Set<string> }>();
  for (const link of links) {
    const [from, to] = [groupOf.get(link.from), groupOf.get(link.to)];
    if (from === undefined || to === undefined) continue;
    const key = `${from.id}\n${to.id}`;
    const known = found.get(key) ?? { from, to, hows: new Set(), pairs: new Set() };
    found.set(key, known);
    known.hows.add(link.how);
    known.pairs.add(`${link.from}\n${link.to}`);
  }
  return {
    groups,
    links: [...found.values()].map(({ from, to, hows, pairs }) => ({
      from: from.id,
      to: to.id,
      hows: [...hows],
      eachItsOwn: pairs.size < from.members.length * to.members.length,
    })),
  };
}

/** Shows as one what is used by the same and reaches the same: the hosts of a policy, tools that all agents have. */
function mergeTwins({ groups, links }: Groups, relations: Relations): Groups {
  const partners = new Map<string, string[]>();
  for (const { from, to, eachItsOwn } of links) {
    listOf(partners, from).push(`to ${to} ${eachItsOwn}`);
    listOf(partners, to).push(`from ${from} ${eachItsOwn}`);
  }
  const single = new Set(links.filter(({ eachItsOwn }) => eachItsOwn).flatMap(({ from, to }) => [from, to]));
  const byKey = new Map<string, Thing[]>();
  for (const { id, kind, members } of groups) {
    const known = partners.get(id);
    const isAlone = kind === 'agent' || known === undefined || single.has(id);
    listOf(byKey, isAlone ? id : JSON.stringify([kind, known.toSorted()])).push(...members);
  }
  return withLinks([...byKey.values()], relations);
}

function listBy(links: readonly Link[], key: 'from' | 'to', value: 'from' | 'to'): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, string[]>();
  for (const link of links) {
    const list = listOf(lists, link[key]);
    if (!list.includes(link[value])) list.push(link[value]);
  }
  return lists;
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
