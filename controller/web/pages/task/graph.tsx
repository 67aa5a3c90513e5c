import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { Link } from 'wouter';
import type { Task, TaskGraph, TaskSummary } from '../../../contract/wire/index.ts';
import { ofOrg } from '../../api/queries.ts';
import { Answer } from '../../parts/answers.tsx';
import { StateSign } from '../../parts/state.tsx';
import { STATES } from '../../parts/states.ts';
import { Said } from '../../parts/text.tsx';
import { useSession } from '../../session.ts';
import { toPlain } from '../../text/visible.ts';
import { layOut, type Line, type Place } from './graph-layout.ts';

/** Sizes in pixels. */
const NODE = { width: 192, height: 52, x: 240, y: 68, edge: 16 } as const;

/** The task among those that it needs, that need it, and that are above and below it. */
export function Graph({ task }: { readonly task: Task }): ReactNode {
  const { org } = useSession();
  const graph = useQuery(ofOrg(org).graph(task.id));
  return <Answer of={graph}>{(data) => <Drawing graph={data} here={task.id} />}</Answer>;
}

function Drawing({ graph, here }: { readonly graph: TaskGraph; readonly here: string }): ReactNode {
  const { places, lines, columns, rows } = useMemo(() => layOut(graph), [graph]);
  const placeOf = new Map(places.map((place) => [place.id, place]));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = box.current?.querySelector('[aria-current]')?.parentElement;
    if (node === null || node === undefined || box.current === null) return;
    const { left, width: own } = node.getBoundingClientRect();
    box.current.scrollLeft += left - box.current.getBoundingClientRect().left - (box.current.clientWidth - own) / 2;
  }, [here]);
  const width = columns * NODE.x - (NODE.x - NODE.width) + 2 * NODE.edge;
  const height = rows * NODE.y - (NODE.y - NODE.height) + 2 * NODE.edge;
  return (
    <>
      <p className="graph-head small soft">
        <span className="key needs" /> needs <span className="key parent" /> sub-task of
        {graph.tasks.length === 1 && ' · This task stands alone: it needs nothing, and nothing needs it.'}
        {graph.more && ` · The nearest ${graph.tasks.length} tasks; there are more.`}
      </p>
      <div className="graph" ref={box} tabIndex={0} role="region" aria-label="Graph of tasks">
        <div style={{ width: `${width}px`, height: `${height}px` }}>
          <svg width={width} height={height} aria-hidden="true">
            {lines.map((line) => (
              <path key={`${line.kind} ${line.from} ${line.to}`} className={line.kind} d={pathOf(line, placeOf)} />
            ))}
          </svg>
          <ul>
            {graph.tasks.map((task) => (
              <Node key={task.id} task={task} place={placeOf.get(task.id)} isHere={task.id === here} graph={graph} />
            ))}
          </ul>
        </div>
      </div>
    </>
  );
}

interface NodeProps {
  readonly task: TaskSummary;
  readonly place: Place | undefined;
  readonly isHere: boolean;
  readonly graph: TaskGraph;
}

function Node({ task: { id, title, state, agent }, place, isHere, graph }: NodeProps): ReactNode {
  const titles = new Map(graph.tasks.map((task) => [task.id, task.title]));
  const needed = graph.needs.flatMap((need) => (need.task === id ? [toPlain(titles.get(need.needed) ?? '')] : []));
  const { column = 0, row = 0 } = place ?? {};
  const style = {
    transform: `translate(${NODE.edge + column * NODE.x}px, ${NODE.edge + row * NODE.y}px)`,
    width: `${NODE.width}px`,
    height: `${NODE.height}px`,
  };
  return (
    <li style={style}>
      <Link href={`/tasks/${id}?view=graph`} className="node" aria-current={isHere ? 'true' : undefined}>
        <StateSign state={state} />
        <span className="what">
          <Said>{title}</Said>
        </span>
        <span className="soft small">
          {agent} · {STATES[state].label}
          {needed.length > 0 && <span className="hidden">, needs {needed.join(', ')}</span>}
        </span>
      </Link>
    </li>
  );
}

function pathOf({ from, to }: Line, places: ReadonlyMap<string, Place>): string {
  const [a, b] = [places.get(from), places.get(to)];
  if (a === undefined || b === undefined) return '';
  const x1 = NODE.edge + a.column * NODE.x + NODE.width;
  const x2 = NODE.edge + b.column * NODE.x;
  const y1 = NODE.edge + a.row * NODE.y + NODE.height / 2;
  const y2 = NODE.edge + b.row * NODE.y + NODE.height / 2;
  const bend = (x2 - x1) / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
