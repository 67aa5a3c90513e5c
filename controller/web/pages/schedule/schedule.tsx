import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useRef, useState, type SyntheticEvent } from 'react';
import { useLocation } from 'wouter';
import type { Scheduled, StartedRun, TaskSummary } from '../../../contract/wire/index.ts';
import { call, urlOf } from '../../api/call.ts';
import { ApiProblem } from '../../api/problem.ts';
import { ofOrg } from '../../api/queries.ts';
import { Answer, Empty, Problem } from '../../parts/answers.tsx';
import { Field } from '../../parts/field.tsx';
import { PageHead } from '../../parts/page.tsx';
import { useMayOperate, useSession } from '../../session.ts';
import { newKey, type Read, readForm, type Wrong } from './read-form.ts';
import { Needs } from './needs.tsx';
import { type By, Who } from './who.tsx';
import './schedule.css';

/** A form for one task, or one run of a pipeline. */
export function Schedule(): ReactNode {
  const { org } = useSession();
  const agents = useQuery(ofOrg(org).agents());
  const pipelines = useQuery(ofOrg(org).pipelines());
  return (
    <>
      <PageHead title="Schedule work" />
      {useMayOperate() ? (
        <Answer of={agents}>
          {({ items }) => <Answer of={pipelines}>{(found) => <WorkForm agents={items} pipelines={found.items} />}</Answer>}
        </Answer>
      ) : (
        <div className="panel">
          <Empty title="Your role may look, not schedule.">An operator or an admin of the org may. Ask for a link with such a role.</Empty>
        </div>
      )}
    </>
  );
}

function WorkForm({ agents, pipelines }: Pick<Parameters<typeof Who>[0], 'agents' | 'pipelines'>): ReactNode {
  const [by, setBy] = useState<By>('agent');
  const [needs, setNeeds] = useState<readonly TaskSummary[]>([]);
  const [wrong, setWrong] = useState<Wrong>({});
  const { send, error, isPending } = useSchedule();
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const read = readForm(
      new FormData(event.currentTarget),
      needs.map(({ id }) => id),
    );
    const problems = read.wrong;
    setWrong(problems);
    if (read.task !== undefined || read.run !== undefined) send(read);
    else event.currentTarget.querySelector<HTMLElement>(`[name="${Object.keys(problems)[0] ?? ''}"]`)?.focus();
  };
  return (
    <form className="panel schedule" onSubmit={onSubmit} noValidate>
      <div className="body">
        <Who agents={agents} pipelines={pipelines} by={by} onBy={setBy} wrong={wrong} />
        <Field name="title" label="Title" wrong={wrong['title'] ?? wrongAt(error, 'title')} hint="What is to be done, in a line.">
          {(props) => <input {...props} maxLength={1024} required />}
        </Field>
        <Field
          name="input"
          label="Input"
          wrong={wrong['input'] ?? wrongAt(error, 'input')}
          hint={`JSON that ${by === 'pipeline' ? 'each step' : 'the agent'} gets. May be left empty.`}
        >
          {(props) => <textarea {...props} className="input mono" rows={6} spellCheck={false} placeholder='{ "issue": 7 }' />}
        </Field>
        {by === 'pipeline' ? (
          <p className="soft small">Each step is a task of the agent that it names; budgets and order are as the pipeline says.</p>
        ) : (
          <>
            <Limits wrong={wrong} error={error} />
            <Needs chosen={needs} onChange={setNeeds} />
          </>
        )}
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

function Limits({ wrong, error }: { readonly wrong: Wrong; readonly error: Error | null }): ReactNode {
  return (
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
  );
}

/** Sends it with a key, so that a second click, or a second try after a lost answer, does nothing twice. */
function useSchedule(): { readonly send: (read: Read) => void; readonly error: Error | null; readonly isPending: boolean } {
  const { org } = useSession();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const sent = useRef({ key: newKey(), text: '' });
  const { mutate, error, isPending } = useMutation({
    mutationFn: async ({ task, run }: Read) => {
      const text = JSON.stringify({ task, run });
      if (sent.current.text !== '' && sent.current.text !== text) sent.current.key = newKey();
      sent.current.text = text;
      const { key } = sent.current;
      const post = async <Done,>(path: string, body: unknown) => call<Done>(urlOf(`/orgs/${org}${path}`), { method: 'POST', body });
      if (run !== undefined) {
        const { tasks } = await post<StartedRun>(`/pipelines/${run.pipeline}/runs`, { ...run.request, key });
        return `/tasks/${tasks[0]?.id ?? ''}?view=graph`;
      }
      const { tasks } = await post<{ readonly tasks: readonly Scheduled[] }>('/tasks', { tasks: [{ ...task, key }] });
      return `/tasks/${tasks[0]?.task ?? ''}`;
    },
    onSuccess: (path) => {
      void client.invalidateQueries({ queryKey: ['live'] });
      navigate(path);
    },
  });
  return { send: mutate, error, isPending };
}

/** What the API says about one of the fields. */
function wrongAt(error: Error | null, field: string): string | undefined {
  return error instanceof ApiProblem && [`/tasks/0/${field}`, `/${field}`].includes(error.at ?? '') ? error.message : undefined;
}
