import type { TaskGraph } from '../../../contract/wire/index.ts';

/** Where a task stands in the drawing: column and place in it, from 0. */
export interface Place {
  readonly id: string;
  readonly column: number;
  readonly row: number;
}

/** A line from one task to another one: what is needed, or a sub-task. */
export interface Line {
  readonly from: string;
  readonly to: string;
  readonly kind: 'needs' | 'parent';
}

/** A drawing of a graph. */
export interface Layout {
  readonly places: readonly Place[];
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly rows: number;
}

/** Puts each task to the right of what it needs and of its parent; within a column, near what it comes from. */
export function layOut({ tasks, needs }: TaskGraph): Layout {
  const known = new Set(tasks.map(({ id }) => id));
  const lines: Line[] = [
    ...needs.map(({ task, needed }) => ({ from: needed, to: task, kind: 'needs' as const })),
    ...tasks.flatMap(({ id, parent }) =>
      parent !== undefined && known.has(parent) ? [{ from: parent, to: id, kind: 'parent' as const }] : [],
    ),
  ];
  const columnOf = columns(
    tasks.map(({ id }) => id),
    lines,
  );
  const places = new Map<string, Place>();
  const count = Math.max(0, ...columnOf.values()) + 1;
  for (let column = 0; column < count; column += 1) {
    const ids = tasks.map(({ id }) => id).filter((id) => columnOf.get(id) === column);
    const wish = new Map(ids.map((id) => [id, middle(lines.flatMap(({ from, to }) => (to === id ? (places.get(from)?.row ?? []) : [])))]));
    ids.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0)).forEach((id, row) => places.set(id, { id, column, row }));
  }
  return { places: [...places.values()], lines, columns: count, rows: Math.max(0, ...[...places.values()].map(({ row }) => row)) + 1 };
}

/** The longest way to each task. What is no proper graph ends too: no way is longer than there are tasks. */
function columns(ids: readonly string[], lines: readonly Line[]): Map<string, number> {
  const found = new Map(ids.map((id) => [id, 0]));
  let changed = true;
  for (let round = 0; changed && round < ids.length; round += 1) {
    changed = false;
    for (const { from, to } of lines) {
      const least = (found.get(from) ?? 0) + 1;
      if ((found.get(to) ?? 0) >= least) continue;
      found.set(to, least);
      changed = true;
    }
  }
  return found;
}

function middle(rows: readonly number[]): number {
  return rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + row, 0) / rows.length;
}
