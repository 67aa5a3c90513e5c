import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collapse, type Group, type Groups } from './collapse.ts';
import type { Link, Relations, Thing } from './relations.ts';

const KINDS = ['model', 'tool', 'secret', 'host'] as const;

/** Many agents that reach a few things, which reach others: most of them alike. */
const relations = fc
  .record({
    agents: fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { maxLength: 40, minLength: 13 }),
    links: fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 40 }),
  })
  .map(({ agents, links }): Relations => {
    const things: Thing[] = [
      ...agents.map((_, at): Thing => ({
        details: { mode: at % 2 === 0 ? 'job' : 'pool' },
        id: `agent/${at}`,
        kind: 'agent',
        name: `${at}`,
      })),
      ...Array.from({ length: 31 }, (_, at): Thing => ({ details: {}, id: `thing/${at}`, kind: KINDS[at % 4] ?? 'tool', name: `${at}` })),
    ];
    const given = agents.flatMap((targets, at) => targets.map((to): Link => ({ from: `agent/${at}`, how: 'uses', to: `thing/${to}` })));
    const others = links.map(([from, to]): Link => ({ from: `thing/${from}`, how: 'uses', to: `thing/${to}` }));
    return { links: [...given, ...others], things };
  });

function members({ groups }: Groups, id: string): readonly Thing[] {
  return groups.find((group) => group.id === id)?.members ?? [];
}

function pairs(links: readonly Pick<Link, 'from' | 'to'>[]): string[] {
  return [...new Set(links.map(({ from, to }) => `${from} → ${to}`))].sort();
}

describe('collapse', { timeout: 60_000 }, () => {
  it('shows small orgs one by one', () => {
    const things: Thing[] = [1, 2, 3].map((at) => ({ details: {}, id: `agent/${at}`, kind: 'agent', name: `${at}` }));
    expect(collapse({ links: [], things }).groups.map(({ id }) => id)).toEqual(['agent/1', 'agent/2', 'agent/3']);
  });

  it('loses nothing and adds nothing: who may reach what can be told from the groups', () => {
    fc.assert(
      fc.property(relations, (all) => {
        const groups = collapse(all);
        const linked = groups.links.flatMap(({ from, to, eachItsOwn }) => {
          const every = members(groups, from).flatMap((one) => members(groups, to).map((other) => ({ from: one.id, to: other.id })));
          const known = new Set(pairs(all.links));
          return eachItsOwn ? every.filter((pair) => known.has(`${pair.from} → ${pair.to}`)) : every;
        });
        expect(pairs(linked)).toEqual(pairs(all.links));
        expect(groups.groups.flatMap((group) => group.members).length).toBe(all.things.length);
      }),
    );
  });

  it('says "each its own" only where no member is shared', () => {
    fc.assert(
      fc.property(relations, (all) => {
        const groups = collapse(all);
        for (const { from, to } of groups.links.filter(({ eachItsOwn }) => eachItsOwn)) {
          for (const { id } of members(groups, to)) {
            const users = new Set(all.links.filter((link) => link.to === id).map((link) => link.from));
            expect([...users].filter((user) => members(groups, from).some((one) => one.id === user))).toHaveLength(1);
          }
        }
      }),
    );
  });

  it('puts agents that are alike into one group, and what each has for itself into another', () => {
    const things: Thing[] = [];
    const links: Link[] = [];
    for (let at = 0; at < 20; at++) {
      things.push({ details: { budget: `$${at}/day`, mode: 'job' }, id: `agent/${at}`, kind: 'agent', name: `${at}` });
      things.push({ details: {}, id: `secret/${at}`, kind: 'secret', name: `${at}` });
      links.push({ from: `agent/${at}`, how: 'reads it', to: `secret/${at}` });
    }
    const { groups, links: grouped } = collapse({ links, things });
    expect(groups.map(({ id, members: all }: Group) => [id, all.length])).toEqual([
      ['agent/0', 20],
      ['secret/0', 20],
    ]);
    expect(grouped).toEqual([{ eachItsOwn: true, from: 'agent/0', hows: ['reads it'], to: 'secret/0' }]);
  });
});
