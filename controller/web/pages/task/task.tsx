import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Link, useParams, useSearchParams } from 'wouter';
import type { Task } from '../../../contract/wire/index.ts';
import { ApiProblem } from '../../api/problem.ts';
import { ofOrg } from '../../api/queries.ts';
import { Answer } from '../../parts/answers.tsx';
import { PageHead } from '../../parts/page.tsx';
import { QuestionCard } from '../../parts/question-card.tsx';
import { State } from '../../parts/state.tsx';
import { hasEnded } from '../../parts/states.ts';
import { Said } from '../../parts/text.tsx';
import { useSession } from '../../session.ts';
import { toPlain } from '../../text/visible.ts';
import { Actions } from './actions.tsx';
import { Attempts } from './attempts.tsx';
import { Facts } from './facts.tsx';
import { Graph } from './graph.tsx';
import { Input } from './input.tsx';
import { Log } from './log.tsx';
import { Result } from './result.tsx';
import './task.css';

/** What there is to see of a task. */
const VIEWS = [
  { name: 'log', label: 'Log', component: Log },
  { name: 'result', label: 'Result', component: Result },
  { name: 'graph', label: 'Graph', component: Graph },
  { name: 'attempts', label: 'Attempts', component: Attempts },
  { name: 'input', label: 'Input', component: Input },
] as const;

/** One task: how it stands, what it does, where it comes from. */
export function TaskPage(): ReactNode {
  const { task: id } = useParams<{ readonly task: string }>();
  const { org } = useSession();
  const task = useQuery(ofOrg(org).task(id));
  return (
    <>
      {task.data === undefined && <PageHead title="Task" />}
      <Answer of={task}>{(data) => <Shown key={data.id} task={data} />}</Answer>
      {task.error instanceof ApiProblem && task.error.code === 'FW_NOT_FOUND' && (
        <p className="soft">
          Ended tasks are forgotten after a time, and an address may be cut off. See <Link href="/tasks">all tasks</Link>.
        </p>
      )}
    </>
  );
}

function Shown({ task }: { readonly task: Task }): ReactNode {
  const { title, state, waitsFor, reason, parent } = task;
  return (
    <>
      <nav className="crumbs" aria-label="Where this task is">
        <Link href="/tasks">Tasks</Link>
        {parent !== undefined && (
          <>
            {' / '}
            <Link href={`/tasks/${parent}`}>parent task</Link>
          </>
        )}
      </nav>
      <PageHead title={toPlain(title)} shown={<Said>{title}</Said>}>
        <Actions task={task} />
      </PageHead>
      <p className="task-state">
        <State state={state} waitsFor={waitsFor} />
        {reason !== undefined && (
          <span className="soft small">
            <Said>{reason}</Said>
          </span>
        )}
      </p>
      <OpenQuestions task={task.id} />
      <div className="task-columns">
        <Views task={task} />
        <Facts task={task} />
      </div>
    </>
  );
}

function Views({ task }: { readonly task: Task }): ReactNode {
  const [params, setParams] = useSearchParams();
  // What is looked at does not change when the task ends.
  const [first] = useState(hasEnded(task.state) && task.result !== undefined ? 'result' : 'log');
  const view = VIEWS.find(({ name }) => name === params.get('view'))?.name ?? first;
  return (
    <Tabs.Root className="panel views" value={view} onValueChange={(next) => setParams({ view: next }, { replace: true })}>
      <Tabs.List className="tabs" aria-label="Parts of the task">
        {VIEWS.map(({ name, label }) => (
          <Tabs.Trigger key={name} value={name}>
            {label}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {VIEWS.map(({ name, component: View }) => (
        <Tabs.Content key={name} value={name} className="view">
          <View task={task} />
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function OpenQuestions({ task }: { readonly task: string }): ReactNode {
  const { org } = useSession();
  const questions = useQuery(ofOrg(org).openQuestions());
  return questions.data?.items
    .filter((question) => question.task === task)
    .map((question) => <QuestionCard key={question.id} question={question} />);
}
