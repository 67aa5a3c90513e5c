import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useState } from 'react';
import type { TaskSummary } from '../../../contract/wire/index.ts';
import { ofOrg } from '../../api/queries.ts';
import { State } from '../../parts/state.tsx';
import { Said } from '../../parts/text.tsx';
import { useSession } from '../../session.ts';
import { toPlain } from '../../text/visible.ts';

/** How many tasks are offered. */
const FEW = 5;

/** Properties of `Needs`. */
export interface NeedsProps {
  readonly chosen: readonly TaskSummary[];
  readonly onChange: (chosen: readonly TaskSummary[]) => void;
}

/** The tasks whose results the new one gets, and which it waits for. They are found by their titles. */
export function Needs({ chosen, onChange }: NeedsProps): ReactNode {
  const [title, setTitle] = useState('');
  return (
    <fieldset className="field">
      <legend>Needs</legend>
      <span className="soft small">Tasks that must end first. Their results are given to this one.</span>
      <ul className="needs">
        {chosen.map((task) => (
          <Found key={task.id} task={task}>
            <button
              type="button"
              className="button"
              aria-label={`Remove ${toPlain(task.title)}`}
              onClick={() => onChange(chosen.filter(({ id }) => id !== task.id))}
            >
              Remove
            </button>
          </Found>
        ))}
      </ul>
      <label className="hidden" htmlFor="needs-title">
        Find a task by its title
      </label>
      <input
        className="input"
        id="needs-title"
        type="search"
        data-filter=""
        placeholder="Find a task by its title  ( / )"
        value={title}
        onChange={({ target }) => setTitle(target.value)}
      />
      {title.trim() !== '' && (
        <Offer title={title.trim()} without={chosen.map(({ id }) => id)} onAdd={(task) => (onChange([...chosen, task]), setTitle(''))} />
      )}
    </fieldset>
  );
}

interface OfferProps {
  readonly title: string;
  readonly without: readonly string[];
  readonly onAdd: (task: TaskSummary) => void;
}

function Offer({ title, without, onAdd }: OfferProps): ReactNode {
  const { org } = useSession();
  const { data } = useQuery(ofOrg(org).tasks({ title: useDeferredValue(title) }, FEW));
  const items = data?.items.filter(({ id }) => !without.includes(id));
  if (items === undefined) return null;
  if (items.length === 0) return <span className="soft small">No recent task has this in its title.</span>;
  return (
    <ul className="needs" aria-label="Tasks to add">
      {items.map((task) => (
        <Found key={task.id} task={task}>
          <button type="button" className="button" aria-label={`Add ${toPlain(task.title)}`} onClick={() => onAdd(task)}>
            Add
          </button>
        </Found>
      ))}
    </ul>
  );
}

function Found({ task: { title, state }, children }: { readonly task: TaskSummary; readonly children: ReactNode }): ReactNode {
  return (
    <li>
      <State state={state} />
      <span className="what">
        <Said>{title}</Said>
      </span>
      {children}
    </li>
  );
}
