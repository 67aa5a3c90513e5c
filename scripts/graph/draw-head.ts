import type { BoardColumn, ColumnKind } from './board.ts';
import { type Item, SLANT, type TextItem, TYPE, widthOf } from './items.ts';

/** Free room at the edge of a panel. */
export const PADDING = 24;

const PITCH = 30;
const GROUP_GAP = 16;
const RISE = Math.sin((SLANT * Math.PI) / 180);

const CAPTIONS: Readonly<Record<ColumnKind, string>> = {
  model: 'Models',
  tool: 'Tools',
  broker: 'Brokers',
  egress: 'Egress',
  host: 'Hosts',
  secret: 'Secrets',
  memory: 'Memory',
  access: 'API rights',
  persona: 'Personas',
};

/** What stands above the rows of a panel. */
export interface Head {
  readonly items: readonly Item[];
  /** Where each column is. */
  readonly xs: readonly number[];
  /** Where the first row begins. */
  readonly height: number;
  /** How far to the right it reaches. */
  readonly width: number;
}

/** What a head says beside the names of columns. */
export interface HeadOptions {
  readonly heading: string;
  readonly notes: readonly string[];
  /** Where columns begin. */
  readonly left: number;
}

/** Draws the heading, the notes under it, and the names of the columns, which keep clear of both. */
export function drawHead(columns: readonly BoardColumn[], { heading, notes, left }: HeadOptions): Head {
  const xs = columnPositions(columns, left);
  const items: Item[] = [{ item: 'text', style: 'heading', text: heading, x: PADDING, y: PADDING + 16 }];
  let y = PADDING + 16;
  for (const text of notes) items.push({ item: 'text', style: 'note', text, x: PADDING, y: (y += 20) });
  const widths = items.map((item) => (item.item === 'text' ? item.x + widthOf(item.text, item.style) : 0));
  const above = Math.max(0, ...columns.map(({ label }) => widthOf(label.text, 'column'))) * RISE + TYPE.column.size;
  y = Math.max(y + 28, PADDING + above);
  while (items.some((item) => item.item === 'text' && touches(item, columns, { xs, y }))) y += 4;
  const slanted = columns.map(({ label }, at) => (xs[at] ?? 0) + widthOf(label.text, 'column') * RISE + TYPE.column.size / 2);
  const last = (xs.at(-1) ?? left) + PITCH * 1.5;
  return { height: y + 30, items: [...items, ...drawColumnHeads(columns, xs, y)], width: Math.max(last, ...slanted, ...widths), xs };
}

/** Whether the names of columns, which rise to the right from a height, come close to a text above them. */
function touches(text: TextItem, columns: readonly BoardColumn[], { xs, y }: { xs: readonly number[]; y: number }): boolean {
  const bottom = text.y + TYPE[text.style].size / 2;
  const right = text.x + widthOf(text.text, text.style) + TYPE.column.size;
  return columns.some(({ label }, at) => {
    const rise = widthOf(label.text, 'column') * RISE + TYPE.column.size;
    const atBottom = (xs[at] ?? 0) + Math.max(0, y - bottom - TYPE.column.size);
    return y - rise < bottom && atBottom < right;
  });
}

/** Columns of a kind stand together, with room for what the kind is called. */
function columnPositions(columns: readonly BoardColumn[], left: number): number[] {
  const xs: number[] = [];
  let start = left;
  for (let at = 0; at < columns.length;) {
    const { kind } = columns[at] ?? { kind: 'model' };
    let count = 0;
    while (columns[at + count]?.kind === kind) xs.push(start + (count++ + 0.5) * PITCH);
    start += Math.max(count * PITCH, widthOf(CAPTIONS[kind], 'caption') + 4) + GROUP_GAP;
    at += count;
  }
  return xs;
}

/** Names above columns, and under them what they are. */
function drawColumnHeads(columns: readonly BoardColumn[], xs: readonly number[], y: number): Item[] {
  return columns.flatMap(({ kind, label }, at): Item[] => {
    const x = xs[at] ?? 0;
    const isFirst = columns[at - 1]?.kind !== kind;
    const caption: Item = {
      item: 'text',
      colour: kind,
      style: 'caption',
      text: CAPTIONS[kind].toUpperCase(),
      x: x - PITCH / 2 + 4,
      y: y + 21,
    };
    return [{ item: 'text', style: 'column', text: label.text, title: label.title, x, y }, ...(isFirst ? [caption] : [])];
  });
}
