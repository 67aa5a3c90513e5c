import type { Board, BoardRow, BoardSection, ColumnKind, Mark } from './board.ts';
import { drawHead, PADDING } from './draw-head.ts';
import { type Drawing, type Item, widthOf } from './items.ts';
import { trim } from './label.ts';

const AGENT_HEIGHT = 38;
const ROW_HEIGHT = 23;
const SECTION_GAP = 32;
const DETAIL_ROOM = 64;

/** Draws an org: its name and what is said of it, columns with what agents are given, and rows with marks. */
export function drawBoard(board: Board, heading: string, notes: readonly string[]): Drawing {
  const side = Math.max(180, ...board.sections.flatMap(({ rows }) => rows.map(sideOf)));
  const head = drawHead(board.columns, { heading, left: PADDING + side + 28, notes });
  const width = head.width + PADDING;
  const ends = board.columns.map(() => ({ first: Infinity, last: -Infinity }));
  const under: Item[] = [];
  const marks: Item[] = [];
  let y = head.height;
  board.sections.forEach((section, at) => {
    if (at > 0) y += SECTION_GAP;
    const drawn = drawSection(section, { board, ends, width, xs: head.xs, y });
    under.push(...drawn.under);
    marks.push(...drawn.marks);
    y = drawn.y;
  });
  const wires = ends.flatMap(({ first, last }, at): Item[] => {
    const x = head.xs[at] ?? 0;
    return last > first ? [{ item: 'line', colour: kindAt(board, at), x1: x, x2: x, y1: first, y2: last }] : [];
  });
  return { height: y + PADDING, items: [...under, ...head.items, ...wires, ...marks], width };
}

interface Place {
  readonly board: Board;
  readonly ends: { first: number; last: number }[];
  readonly width: number;
  readonly xs: readonly number[];
  readonly y: number;
}

function drawSection({ title, rows }: BoardSection, place: Place): { under: Item[]; marks: Item[]; y: number } {
  const under: Item[] = [];
  const marks: Item[] = [];
  const start = PADDING + Math.max(...rows.map(sideOf)) + 8;
  let { y } = place;
  under.push({ item: 'text', style: 'caption', text: title.toUpperCase(), x: PADDING, y: y - 9 });
  rows.forEach((row, at) => {
    const height = heightOf(row);
    if (at % 2 === 0) under.push({ item: 'rect', style: 'stripe', x: PADDING - 10, y, width: place.width - 2 * PADDING + 20, height });
    const middle = y + height / 2;
    under.push(...drawRowHead(row, y));
    const last = row.marks.at(-1);
    if (last !== undefined) {
      under.push({ item: 'line', x1: start, x2: place.xs[last.column] ?? 0, y1: middle, y2: middle });
    }
    for (const mark of row.marks) marks.push(drawMark(row, mark, middle, place));
    y += height;
  });
  return { marks, under, y };
}

// oxlint-disable-next-line eslint/max-params -- where a row and a column meet, and what is there
function drawMark(row: BoardRow, { column, kind, title }: Mark, y: number, { board, ends, xs }: Place): Item {
  const end = ends[column];
  if (end !== undefined) {
    end.first = Math.min(end.first, y);
    end.last = Math.max(end.last, y);
  }
  const names = row.kind === 'agent' ? `${row.label.text} → ${nameAt(board, column)}` : `${nameAt(board, column)} → ${row.label.text}`;
  return { item: 'mark', colour: kindAt(board, column), kind, title: `${names}: ${title}`, x: xs[column] ?? 0, y };
}

function drawRowHead(row: BoardRow, y: number): Item[] {
  const { label, kind } = row;
  const name: Item = { item: 'text', style: 'name', text: label.text, title: label.title, x: PADDING, y: y + 16 };
  const text = detailOf(row);
  if (text === '') return [name];
  if (kind === 'agent') return [name, { item: 'text', style: 'detail', text, x: PADDING, y: y + 30.5 }];
  return [name, { item: 'text', style: 'detail', text, x: PADDING + widthOf(label.text, 'name') + 8, y: y + 16 }];
}

function detailOf({ label: { count, detail }, kind }: BoardRow): string {
  const counted = kind === 'agent' && count > 1 ? [`${count} agents`] : [];
  return trim([...counted, ...(detail === '' ? [] : [detail])].join(' · '), DETAIL_ROOM);
}

/** Room that a row takes at the side. */
function sideOf(row: BoardRow): number {
  const name = widthOf(row.label.text, 'name');
  const detail = widthOf(detailOf(row), 'detail');
  if (row.kind === 'agent') return Math.max(name, detail);
  return detail === 0 ? name : name + 8 + detail;
}

function heightOf({ kind }: BoardRow): number {
  return kind === 'agent' ? AGENT_HEIGHT : ROW_HEIGHT;
}

function kindAt({ columns }: Board, at: number): ColumnKind {
  return columns[at]?.kind ?? 'model';
}

function nameAt({ columns }: Board, at: number): string {
  return columns[at]?.label.text ?? '';
}
