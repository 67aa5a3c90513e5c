import { Agent, type Fleet, type Org } from '../../constructs/index.ts';
import { plural } from '../print.ts';
import { type Board, type MarkKind, toBoard } from './board.ts';
import { collapse, type Groups } from './collapse.ts';
import { sayBudget } from './describe.ts';
import { drawBoard } from './draw-board.ts';
import { type Drawing, type Item, moved, widthOf } from './items.ts';
import { readRelations } from './relations.ts';
import { type SvgTexts, toSvg } from './svg.ts';

const MARGIN = 20;
const GAP = 20;

/** An org as it is in one environment, or in several that do not differ. */
export interface OrgPicture {
  readonly org: string;
  readonly groups: Groups;
  /** What is said of it, a line each: what runs there, for whom, in which environments, within which budget. */
  readonly notes: readonly string[];
}

/** Looks at all orgs of the fleets. What does not differ between environments is shown once. */
export function pictureOrgs(fleets: readonly Fleet[]): OrgPicture[] {
  const same = new Map<string, { groups: Groups; orgs: Org[] }>();
  for (const org of fleets.flatMap((fleet) => fleet.orgs)) {
    const groups = collapse(readRelations(org));
    const key = JSON.stringify([org.name, groups]);
    const known = same.get(key);
    if (known === undefined) same.set(key, { groups, orgs: [org] });
    else known.orgs.push(org);
  }
  return [...same.values()].flatMap(({ groups, orgs }) => (orgs[0] === undefined ? [] : [pictureOrg(orgs[0], orgs, groups)])).sort(byName);
}

function pictureOrg(org: Org, orgs: readonly Org[], groups: Groups): OrgPicture {
  const agents = org.node.children.filter((part) => part instanceof Agent).length;
  const owners = new Set(orgs.flatMap(({ owner }) => owner ?? []));
  const where = `in ${environmentsOf(orgs)}`;
  const notes = [
    [plural(agents, 'agent'), ...(owners.size === 0 ? [] : [`owned by ${[...owners].join(', ')}`]), where].join(' · '),
    budgetNote(orgs),
  ];
  return { groups, notes, org: org.name };
}

/** What may be spent, for each environment that differs. */
function budgetNote(orgs: readonly Org[]): string {
  const budgets = new Map<string, Org[]>();
  for (const org of orgs) {
    const budget = sayBudget(org);
    const text = budget === undefined ? 'no budget' : `at most ${budget}`;
    budgets.set(text, [...(budgets.get(text) ?? []), org]);
  }
  return [...budgets].map(([text, some]) => (budgets.size === 1 ? text : `${text} in ${environmentsOf(some)}`)).join(' · ');
}

function environmentsOf(orgs: readonly Org[]): string {
  return orgs.map(({ fleet }) => fleet.environment.name).join(', ');
}

function byName(a: OrgPicture, b: OrgPicture): number {
  if (a.org === b.org) return 0;
  return a.org < b.org ? -1 : 1;
}

/** Draws orgs as one SVG document: a panel for each, in columns where there are many. */
export function drawPicture(orgs: readonly OrgPicture[]): string {
  const boards = orgs.map(({ groups }) => toBoard(groups));
  const panels = orgs.map(({ org, notes }, at) => {
    const board = boards[at] ?? { columns: [], sections: [] };
    return drawBoard(board, org, notes);
  });
  return toSvg(arrange(panels, drawLegend(boards)), describe(orgs, boards));
}

/** Panels of one width below each other; in so many columns that the picture is not much higher than wide. */
function arrange(panels: readonly Drawing[], legend: Drawing): Drawing {
  const width = Math.max(legend.width, ...panels.map((panel) => panel.width));
  const total = panels.reduce((sum, panel) => sum + panel.height + GAP, 0);
  const columns = Math.max(1, Math.min(panels.length, Math.round(Math.sqrt(total / width / 1.4))));
  const bottoms = Array.from({ length: columns }, () => MARGIN);
  const items = panels.flatMap((panel) => {
    const y = Math.min(...bottoms);
    const column = bottoms.indexOf(y);
    const x = MARGIN + column * (width + GAP);
    bottoms[column] = y + panel.height + GAP;
    const frame: Item = { item: 'rect', style: 'panel', x, y, width, height: panel.height };
    return [frame, ...panel.items.map((item) => moved(widened(item, width - panel.width), x, y))];
  });
  const bottom = Math.max(...bottoms);
  const whole = { height: bottom + legend.height, width: 2 * MARGIN + columns * (width + GAP) - GAP };
  const page: Item = { item: 'rect', style: 'page', x: 0, y: 0, ...whole };
  return { ...whole, items: [page, ...items, ...legend.items.map((item) => moved(item, MARGIN, bottom))] };
}

/** Stripes go from one edge of a panel to the other. */
function widened(item: Item, more: number): Item {
  return item.item === 'rect' ? { ...item, width: item.width + more } : item;
}

const MEANINGS: Readonly<Record<MarkKind, string>> = {
  given: 'may reach it at any time',
  fallback: 'only when what it was given fails',
  own: 'each its own',
};

/** What the marks mean that the picture holds. */
function drawLegend(boards: readonly Board[]): Drawing {
  const marks = boards.flatMap(({ sections }) => sections.flatMap(({ rows }) => rows.flatMap((row) => row.marks)));
  const used = new Set(marks.map(({ kind }) => kind));
  const items: Item[] = [];
  let x = 12;
  for (const kind of ['given', 'fallback', 'own'] as const) {
    if (!used.has(kind)) continue;
    items.push({ item: 'mark', colour: 'model', kind, title: MEANINGS[kind], x, y: 0 });
    items.push({ item: 'text', style: 'note', text: MEANINGS[kind], x: x + 13, y: 4 });
    x += widthOf(MEANINGS[kind], 'note') + 44;
  }
  items.push({ item: 'text', style: 'note', text: REST, x, y: 4 });
  return { height: MARGIN, items, width: x + widthOf(REST, 'note') };
}

const REST = 'everything else is refused';

/** The whole picture as sentences. */
function describe(orgs: readonly OrgPicture[], boards: readonly Board[]): SvgTexts {
  const sentences = orgs.map(({ org, notes }, at) => {
    const board = boards[at] ?? { columns: [], sections: [] };
    const rows = board.sections.flatMap(({ title, rows: all }) =>
      all.map(({ label, marks }) => {
        const names = marks.map(({ column }) => board.columns[column]?.label.text).join(', ');
        return title === 'Agents'
          ? `${label.text} may reach ${names || 'nothing'}.`
          : `${label.text} (${title.toLowerCase()}): for ${names || 'nobody'}.`;
      }),
    );
    return `Org ${org}: ${notes.join(' · ')}. ${rows.join(' ')}`;
  });
  return { title: `Who may reach what: ${orgs.map(({ org }) => org).join(', ')}`, description: sentences.join(' ') };
}
