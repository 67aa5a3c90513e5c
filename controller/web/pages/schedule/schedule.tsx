import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState, type SyntheticEvent } from 'react';
import { useLocation } from 'wouter';
import type { Scheduled, TaskSummary } from '../../../contract/wire/index.ts';
import { call, urlOf } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { ofOrg } from '../../api/queries.ts';
import { Answer, Empty, Problem } from '../../parts/answers.tsx';
import { Field } from '../../parts/field.tsx';
import { PageHead } from '../../parts/page.tsx';
import { useMayOperate, useSession } from '../../session.ts';
import { newKey, readForm, type Wrong } from './read-form.ts';
import { Needs } from './needs.tsx';
import { Who } from './who.tsx';
import './schedule.css';

/** A form for one task. */
export function Schedule(): ReactNode {
  const { org } = useSession();
  const agents = useQuery(ofOrg(org).agents());
  return (
    <>
      <PageHead title="Schedule a task" />
      {useMayOperate() ? (
        <Answer of={agents}>{({ items }) => <TaskForm agents={items} />}</Answer>
      ) : (
        <div className="panel">
          <Empty title="Your role may look, not schedule.">An operator or an admin of the org may. Ask for a link with such a role.</Empty>
        </div>
      )}
    </>
  );
}

type Agents = Parameters<typeof Who>[0]['agents'];

function TaskForm({ agents }: { readonly agents: Agents }): ReactNode {
  const [needs, setNeeds] = useState<readonly TaskSummary[]>([]);
  const [wrong, setWrong] = useState<Wrong>({});
  const { send, error, isPending } = useSchedule();
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { task, wrong: problems } = readForm(
      new FormData(event.currentTarget),
      needs.map(({ id }) => id),
    );
    setWrong(problems);
    if (task !== undefined) send(task);
    else event.currentTarget.querySelector<HTMLElement>(`[name="${Object.keys(problems)[0] ?? ''}"]`)?.focus();
  };
  return (
    <form className="panel schedule" onSubmit={onSubmit} noValidate>
      <div className="body">
        <Who agents={agents} wrong={wrong} />
        <Field name="title" label="Title" wrong={wrong['title'] ?? wrongAt(error, 'title')} hint="What is to be done, in a line.">
          {(props) => <input {...props} maxLength={1024} required />}
        </Field>
        <Field
          name="input"
          label="Input"
          wrong={wrong['input'] ?? wrongAt(error, 'input')}
          hint="JSON that the agent gets. May be left empty."
        >
          {(props) => <textarea {...props} className="input mono" rows={6} spellCheck={false} placeholder='{ "issue": 7 }' />}
        </Field>
        <div className="pair">
          <Field name="priority" label="Priority" wrong={wrong['priority']} hint="From -100 to 100; higher comes first.">
            {(props) => <input {...props} type="number" min={-100} max={100} step={1} defaultValue={0} />}
          </Field>
          <Field
            name="budget"
            label="Budget in USD"
            wrong={wrong['budget'] ?? wrongAt(error, 'budget')}
            hint="The agent's own when left empty."
          >
            {(props) => <input {...props} inputMode="decimal" placeholder="0.50" />}
          </Field>
        </div>
        <Needs chosen={needs} onChange={setNeeds} />
        {error !== null && <Problem error={error} />}
        <div className="actions">
          <button type="submit" className="button primary" disabled={isPending}>
            {isPending ? 'Scheduling …' : 'Schedule'}
          </button>
        </div>
      </div>
    </form>
  );
}

/** Sends the task with a key, so that a second click, or a second try after a lost answer, makes no second task. */
function useSchedule(): { readonly send: (task: object) => void; readonly error: Error | null; readonly isPending: boolean } {
  const { org } = useSession();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const sent = useRef({ key: newKey(), text: '' });
  const { mutate, error, isPending } = useMutation({
    mutationFn: async (task: object) => {
      const text = JSON.stringify(task);
      if (sent.current.text !== '' && sent.current.text !== text) sent.current.key = newKey();
      sent.current.text = text;
      const body = { tasks: [{ ...task, key: sent.current.key }] };
      return call<{ readonly tasks: readonly Scheduled[] }>(urlOf(`/orgs/${org}/tasks`), { method: 'POST', body });
    },
    onSuccess: ({ tasks }) => {
      void client.invalidateQueries({ queryKey: ['live'] });
      navigate(`/tasks/${tasks[0]?.task ?? ''}`);
    },
  });
  return { send: mutate, error, isPending };
}

/** What the API says about one of the fields. */
function wrongAt(error: Error | null, field: string): string | undefined {
  return error instanceof ApiProblem && error.at === `/tasks/0/${field}` ? error.message : undefined;
}
