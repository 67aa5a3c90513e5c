import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LogEntry, Task } from '../../../contract/wire/index.ts';
import { urlOf } from '../../api/call.ts';
import { follow, type StreamState } from '../../api/stream.ts';
import { hasEnded } from '../../parts/states.ts';
import { pieces } from '../../parts/text.tsx';
import { useSession } from '../../session.ts';
import { formatTime } from '../../text/format.ts';
import { type LogRow, LogRows } from './log-rows.ts';

/** Height of a row in pixels; `task.css` has the same. */
const ROW = 20;

/** The output of the task as it is written. */
export function Log({ task }: { readonly task: Task }): ReactNode {
  const { rows, state } = useLog(task.id);
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  useEffect(() => {
    if (follows && rows.count > 0) virtual.scrollToIndex(rows.count - 1, { align: 'end' });
  }, [follows, rows.count, virtual]);
  const onScroll = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    setFollows(scrollHeight - scrollTop - clientHeight < 2 * ROW);
  };
  return (
    <div className="log">
      <div className="log-head small soft" role="status">
        {wordsFor(state, rows.count, hasEnded(task.state))}
        <label>
          <input type="checkbox" checked={follows} onChange={({ target }) => setFollows(target.checked)} /> Follow
        </label>
      </div>
      <div
        className="log-box"
        ref={box}
        onWheel={onScroll}
        onKeyUp={onScroll}
        onTouchMove={onScroll}
        tabIndex={0}
        role="region"
        aria-label="Log"
      >
        <div style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <Row key={index} row={rows.at(index)} start={start} />
          ))}
        </div>
      </div>
    </div>
  );
}

function Row({ row, start }: { readonly row: LogRow | undefined; readonly start: number }): ReactNode {
  if (row === undefined) return null;
  return (
    <div className={`log-row ${row.kind}`} style={{ transform: `translateY(${start}px)` }}>
      <span className="at">{row.at !== undefined && formatTime(new Date(row.at))}</span>
      {row.kind === 'stderr' && <span className="from">err</span>}
      {row.late === true && <span className="from">late</span>}
      <span className="line">{pieces(row.text)}</span>
    </div>
  );
}

function wordsFor(state: StreamState, count: number, ended: boolean): string {
  if (state === 'lost') return 'The connection is lost; it goes on from the last row by itself.';
  if (state === 'connecting') return 'Connecting …';
  if (count > 0) return ended ? 'All that was written.' : 'Live.';
  return ended ? 'The task wrote nothing.' : 'Nothing has been written yet. It appears here as it comes.';
}

/** Follows the log. The rows are changed in place, and drawn at most once a frame. */
function useLog(task: string): { readonly rows: LogRows; readonly state: StreamState } {
  const { org } = useSession();
  const [rows] = useState(() => new LogRows());
  const [, setChanges] = useState(0);
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    let frame: number | undefined;
    const draw = () => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        setChanges((changes) => changes + 1);
      });
    };
    rows.clear();
    const end = follow<LogEntry>(urlOf(`/orgs/${org}/tasks/${task}/log`), {
      onItem: (entry) => {
        rows.add(entry);
        draw();
      },
      onReset: (reason) => {
        rows.clear();
        rows.note(`The log begins anew: ${reason}`);
        draw();
      },
      onState: setState,
    });
    return () => {
      end();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [org, task, rows]);
  return { rows, state };
}
