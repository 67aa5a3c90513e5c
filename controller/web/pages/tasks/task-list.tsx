import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { TaskSummary } from '../../../contract/wire/index.ts';
import type { TaskFilter } from '../../api/queries.ts';
import { Empty, Problem } from '../../parts/answers.tsx';
import { State } from '../../parts/state.tsx';
import { Said, Time } from '../../parts/text.tsx';
import { formatMoney } from '../../text/format.ts';
import { useTaskPages } from './task-pages.ts';

/** Height of a row, in pixels, in wide and in narrow windows; `tasks.css` has the same. */
const ROW = { wide: 44, narrow: 64 } as const;
const NARROW = '(max-width: 40rem)';

/** How many rows are kept ready beyond what is seen. */
const READY = 12;

/** Tasks, newest first, in a window that is as high as the page. Only what is seen is drawn, however many there are. */
export function TaskList({ filter }: { readonly filter: TaskFilter }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const { tasks, hasMore, isLoading, error, loadMore, refresh } = useTaskPages(filter);
  const rowHeight = window.matchMedia(NARROW).matches ? ROW.narrow : ROW.wide;
  const rows = useVirtualizer({
    count: tasks.length + (hasMore ? 1 : 0),
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => tasks[index]?.id ?? 'more',
    overscan: READY,
  });
  const seen = rows.getVirtualItems();
  const lastSeen = seen.at(-1)?.index ?? 0;
  const nearEnd = hasMore && lastSeen >= tasks.length - 2 * READY;
  useEffect(() => {
    if (nearEnd) loadMore();
  }, [nearEnd, loadMore, tasks.length]);
  useEffect(() => refresh(seen[0]?.index ?? 0, lastSeen));

  const onKeyDown = useRowKeys(tasks.length, (index) => rows.scrollToIndex(index, { align: 'auto' }));
  if (error !== null && tasks.length === 0) return <Problem error={error} retry={loadMore} />;
  if (!isLoading && tasks.length === 0 && !hasMore) return <NoTasks filtered={Object.keys(filter).length > 0} />;
  return (
    <div className="panel task-list">
      {error !== null && <Problem error={error} retry={loadMore} />}
      <div className="scroll" ref={box} onKeyDown={onKeyDown} data-list="" tabIndex={0} role="region" aria-label="Tasks, newest first">
        <ul style={{ height: `${rows.getTotalSize()}px` }}>
          {seen.map(({ index, start, key }) => {
            const task = tasks[index];
            return (
              <li key={key} style={{ transform: `translateY(${start}px)` }}>
                {task === undefined ? <p className="wait">Looking further back …</p> : <Row task={task} index={index} />}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

const Row = memo(({ task, index }: { readonly task: TaskSummary; readonly index: number }): ReactNode => {
  const { id, title, state, waitsFor, agent, createdAt, cost, attempt } = task;
  return (
    <Link href={`/tasks/${id}`} className="row task" data-row={index}>
      <State state={state} waitsFor={waitsFor} />
      <span className="what">
        <Said>{title}</Said>
      </span>
      <span className="soft small agent">{agent}</span>
      <span className="soft small number attempt">{attempt > 1 ? `attempt ${attempt}` : ''}</span>
      <span className="soft small number cost">{cost > 0 ? formatMoney(cost) : ''}</span>
      <span className="soft small when">
        <Time at={createdAt} />
      </span>
    </Link>
  );
});
Row.displayName = 'Row';

interface Rows {
  readonly count: number;
  readonly show: (index: number) => void;
}

/** `j` and `k`, and the arrows, go from row to row; `Home` goes to the first one. Works from anywhere on the page. */
function useRowKeys(count: number, show: (index: number) => void): (event: KeyboardEvent) => void {
  const latest = useRef<Rows>({ count, show });
  const pending = useRef<number>(undefined);
  latest.current = { count, show };
  const go = useCallback((event: globalThis.KeyboardEvent) => {
    const to = target(event, latest.current.count, pending.current);
    if (to === undefined) return;
    event.preventDefault();
    pending.current = to;
    latest.current.show(to);
    // The row is drawn after the list has been scrolled.
    requestAnimationFrame(() => {
      if (pending.current !== to) return;
      pending.current = undefined;
      document.querySelector<HTMLElement>(`[data-row="${to}"]`)?.focus();
    });
  }, []);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.target === document.body || event.target instanceof HTMLHeadingElement) go(event);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [go]);
  return (event) => go(event.nativeEvent);
}

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** To which row a key leads. @param pending the row that the key before led to, where it has not been drawn yet */
function target(
  { key, ctrlKey, metaKey, altKey }: globalThis.KeyboardEvent,
  count: number,
  pending: number | undefined,
): number | undefined {
  const step = STEPS[key];
  if ((step === undefined && key !== 'Home') || ctrlKey || metaKey || altKey || count === 0) return undefined;
  const here = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['row'] : undefined;
  const from = pending ?? (here === undefined ? -1 : Number(here));
  return step === undefined ? 0 : Math.min(count - 1, Math.max(0, from + step));
}

function NoTasks({ filtered }: { readonly filtered: boolean }): ReactNode {
  return (
    <div className="panel">
      {filtered ? (
        <Empty title="No task is like that.">
          Look for something else, or see <Link href="/tasks">all tasks</Link>.
        </Empty>
      ) : (
        <Empty title="There are no tasks yet.">
          Begin with <Link href="/schedule">a task</Link>, or with the command <code>fleetwright new</code>.
        </Empty>
      )}
    </div>
  );
}
