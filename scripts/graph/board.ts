import type { Group, Groups } from './collapse.ts';
import { type Label, labelOf } from './label.ts';
import type { ThingKind } from './relations.ts';

/** Most characters of a label at the side, and of one above a column. */
const ROW_ROOM = 40;
const COLUMN_ROOM = 28;

/** Kinds of columns in their order: what agents are given. */
const COLUMN_KINDS = ['model', 'tool', 'broker', 'egress', 'host', 'secret', 'memory', 'access', 'persona'] as const;

/** What an agent may be given. */
export type ColumnKind = (typeof COLUMN_KINDS)[number];

/** Something that agents are given, with a column of its own. */
export interface BoardColumn {
  readonly label: Label;
  readonly kind: ColumnKind;
}

/** How strong a mark is: given, reached only when something else fails, or each of a group its own. */
export type MarkKind = 'given' | 'fallback' | 'own';

/** That a row and a column belong together. */
export interface Mark {
  readonly column: number;
  readonly kind: MarkKind;
  readonly title: string;
}

/** A row: an agent, or what columns lead to. */
export interface BoardRow {
  readonly label: Label;
  readonly kind: ThingKind;
  readonly marks: readonly Mark[];
}

/** Rows under a heading. */
export interface BoardSection {
  readonly title: string;
  readonly rows: readonly BoardRow[];
}

/** An org as a table of who may reach what: agents above, what their tools and models lead to below. */
export interface Board {
  readonly columns: readonly BoardColumn[];
  readonly sections: readonly BoardSection[];
}

const SECTIONS: readonly { readonly title: string; readonly kinds: readonly ThingKind[] }[] = [
  { title: 'Falls back to', kinds: ['model'] },
  { title: 'Builds on', kinds: ['persona'] },
  { title: 'Hosts outside', kinds: ['host'] },
  { title: 'Inside the cluster', kinds: ['pods'] },
  { title: 'Secrets', kinds: ['secret'] },
];

/** Puts groups into columns and rows. */
export function toBoard(groups: Groups): Board {
  const builder = new BoardBuilder(groups);
  const agents = groups.groups.filter(({ kind }) => kind === 'agent');
  const others = SECTIONS.map(({ title, kinds }) => ({
    title,
    rows: groups.groups.filter(({ kind }) => kinds.includes(kind)).flatMap((each) => builder.lowerRow(each) ?? []),
  }));
  const sections = [{ title: 'Agents', rows: agents.map((agent) => builder.agentRow(agent)) }, ...others];
  return { columns: builder.columns, sections: sections.filter(({ rows }) => rows.length > 0) };
}

class BoardBuilder {
  readonly columns: readonly BoardColumn[];
  readonly #links: Groups['links'];
  readonly #position: ReadonlyMap<string, number>;

  constructor({ groups, links }: Groups) {
    this.#links = links;
    const agents = new Set(groups.filter(({ kind }) => kind === 'agent').map(({ id }) => id));
    const given = new Set(links.filter(({ from }) => agents.has(from)).map(({ to }) => to));
    // Hosts and secrets that no agent is given itself stand below only.
    const chosen = COLUMN_KINDS.flatMap((kind) =>
      groups.filter((each) => each.kind === kind && (given.has(each.id) || (kind !== 'host' && kind !== 'secret'))),
    );
    this.columns = chosen.map((each) => ({ label: labelOf(each, COLUMN_ROOM), kind: each.kind as ColumnKind }));
    this.#position = new Map(chosen.map(({ id }, at) => [id, at]));
  }

  agentRow(agent: Group): BoardRow {
    const marks = this.#linksOf('from', agent.id).flatMap(({ to, hows, eachItsOwn }) => this.#mark(to, eachItsOwn ? 'own' : 'given', hows));
    const marked = new Set(marks.map(({ column }) => column));
    const fallbacks = this.#fallbacksOf(agent).flatMap((model) => this.#mark(model, 'fallback', ['only when the others fail']));
    return this.#row(agent, [...marks, ...fallbacks.filter(({ column }) => !marked.has(column))]);
  }

  /** What columns lead to, if any does. What has a column itself leads to itself. */
  lowerRow(group: Group): BoardRow | undefined {
    const marks = this.#linksOf('to', group.id).flatMap(({ from, hows, eachItsOwn }) =>
      this.#mark(from, eachItsOwn ? 'own' : 'given', hows),
    );
    const isOutside = group.kind === 'host' || group.kind === 'secret';
    const itself = isOutside ? this.#mark(group.id, 'given', ['given to agents directly']) : [];
    return marks.length + itself.length > 0 || group.kind === 'secret' ? this.#row(group, [...marks, ...itself]) : undefined;
  }

  #row(group: Group, marks: readonly Mark[]): BoardRow {
    return { label: labelOf(group, ROW_ROOM), kind: group.kind, marks: marks.toSorted((a, b) => a.column - b.column) };
  }

  #mark(id: string, kind: MarkKind, hows: readonly string[]): Mark[] {
    const column = this.#position.get(id);
    return column === undefined ? [] : [{ column, kind, title: hows.join(', ') }];
  }

  #linksOf(end: 'from' | 'to', id: string): Groups['links'] {
    return this.#links.filter((link) => link[end] === id);
  }

  /** Models that an agent's own fall back to, and those that these fall back to. */
  #fallbacksOf(agent: Group): string[] {
    const reached = new Set(
      this.#linksOf('from', agent.id)
        .map(({ to }) => to)
        .filter((id) => this.columns[this.#position.get(id) ?? -1]?.kind === 'model'),
    );
    const own = new Set(reached);
    for (const model of reached) for (const { to } of this.#linksOf('from', model)) if (to.startsWith('model/')) reached.add(to);
    return [...reached].filter((model) => !own.has(model));
  }
}
