import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';
import { ofOrg, type TaskFilter } from '../../api/queries.ts';
import { PageHead } from '../../parts/page.tsx';
import { STATES } from '../../parts/states.ts';
import { useMayOperate, useSession } from '../../session.ts';
import { TaskList } from './task-list.tsx';
import './tasks.css';

const STATE_NAMES = Object.keys(STATES) as (keyof typeof STATES)[];

/** How long one types before it is looked for, in milliseconds. */
const TYPING_MS = 250;

/** All tasks of the org. What is looked for stands in the address, so that it can be kept and sent. */
export function Tasks(): ReactNode {
  const mayOperate = useMayOperate();
  const [filter, setFilter] = useFilter();
  return (
    <>
      <PageHead title="Tasks">
        {mayOperate && (
          <Link className="button primary" href="/schedule">
            Schedule work
          </Link>
        )}
      </PageHead>
      <Filters filter={filter} onChange={setFilter} />
      <TaskList key={JSON.stringify(filter)} filter={filter} />
    </>
  );
}

type FilterNames = 'state' | 'agent' | 'title';

function useFilter(): [TaskFilter, (name: FilterNames, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const state = STATE_NAMES.find((name) => name === params.get('state'));
  const agent = params.get('agent') ?? '';
  const title = params.get('title') ?? '';
  const filter = { ...(state === undefined ? {} : { state }), ...(agent === '' ? {} : { agent }), ...(title === '' ? {} : { title }) };
  const change = (name: FilterNames, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [filter, change];
}

interface FiltersProps {
  readonly filter: TaskFilter;
  readonly onChange: (name: FilterNames, value: string) => void;
}

function Filters({ filter: { state, agent = '', title = '' }, onChange }: FiltersProps): ReactNode {
  const { org } = useSession();
  const agents = useQuery(ofOrg(org).agents());
  const names = new Set([...(agents.data?.items.map((item) => item.agent) ?? []), ...(agent === '' ? [] : [agent])]);
  return (
    <search className="filters">
      <TitleFilter title={title} onChange={(value) => onChange('title', value)} />
      <label className="hidden" htmlFor="filter-state">
        State
      </label>
      <select id="filter-state" className="input" value={state ?? ''} onChange={({ target }) => onChange('state', target.value)}>
        <option value="">Every state</option>
        {STATE_NAMES.map((name) => (
          <option key={name} value={name}>
            {STATES[name].label}
          </option>
        ))}
      </select>
      <label className="hidden" htmlFor="filter-agent">
        Agent
      </label>
      <select id="filter-agent" className="input" value={agent} onChange={({ target }) => onChange('agent', target.value)}>
        <option value="">Every agent</option>
        {[...names].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </search>
  );
}

function TitleFilter({ title, onChange }: { readonly title: string; readonly onChange: (title: string) => void }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked: unknown = useHistoryState();
  useEffect(() => {
    if (asked === 'filter') input.current?.focus();
  }, [asked]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // What is being typed is not overtaken by what was typed before.
    if (input.current !== null && input.current !== document.activeElement) input.current.value = title;
  }, [title]);
  return (
    <>
      <label className="hidden" htmlFor="filter-title">
        Title
      </label>
      <input
        ref={input}
        id="filter-title"
        data-filter=""
        className="input"
        type="search"
        placeholder="Filter by title  ( / )"
        maxLength={1024}
        defaultValue={title}
        onChange={({ target: { value } }) => {
          clearTimeout(timer.current);
          timer.current = setTimeout(() => onChange(value.trim()), TYPING_MS);
        }}
      />
    </>
  );
}
