import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { ofOrg } from '../../api/queries.ts';
import { Answer, Empty } from '../../parts/answers.tsx';
import { PageHead, Panel } from '../../parts/page.tsx';
import { Said, Time } from '../../parts/text.tsx';
import { TaskRows } from '../../parts/task-rows.tsx';
import { useMayOperate, useSession } from '../../session.ts';
import { Agents } from './agents.tsx';
import { Spending } from './spending.tsx';
import { Tiles } from './tiles.tsx';
import './overview.css';

const FEW = 6;

/** What happens now, and what waits for a person. */
export function Overview(): ReactNode {
  const mayOperate = useMayOperate();
  return (
    <>
      <PageHead title="Overview">
        {mayOperate && (
          <Link className="button primary" href="/schedule">
            Schedule work
          </Link>
        )}
      </PageHead>
      <Tiles />
      <div className="columns">
        <div>
          <Waiting />
          <Latest />
        </div>
        <div>
          <Running />
          <Agents />
          <Spending />
        </div>
      </div>
    </>
  );
}

function Running(): ReactNode {
  const { org } = useSession();
  const running = useQuery(ofOrg(org).running());
  return (
    <Panel title="Running" aside={<Link href="/tasks?state=running">All running</Link>}>
      <Answer of={running}>
        {({ items }) =>
          items.length > 0 ? (
            <TaskRows tasks={items.slice(0, FEW)} />
          ) : (
            <Empty title="Nothing is running.">Tasks that workers have begun stand here.</Empty>
          )
        }
      </Answer>
    </Panel>
  );
}

function Latest(): ReactNode {
  const { org } = useSession();
  const latest = useQuery(ofOrg(org).tasks({}, FEW));
  return (
    <Panel title="Latest tasks" aside={<Link href="/tasks">All tasks</Link>}>
      <Answer of={latest}>
        {({ items }) =>
          items.length > 0 ? (
            <TaskRows tasks={items} />
          ) : (
            <Empty title="There are no tasks yet.">
              Begin with <Link href="/schedule">a task</Link>, or with the command <code>fleetwright new</code>.
            </Empty>
          )
        }
      </Answer>
    </Panel>
  );
}

function Waiting(): ReactNode {
  const { org } = useSession();
  const questions = useQuery(ofOrg(org).openQuestions());
  return (
    <Panel title="Waiting for you" aside={<Link href="/questions">All questions</Link>}>
      <Answer of={questions}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing waits for you.">Questions and approvals of agents appear here.</Empty>
          ) : (
            <ul className="rows">
              {items.slice(0, FEW).map(({ id, kind, text, askedAt }) => (
                <li key={id}>
                  <Link href={`/questions#${id}`} className="row">
                    <span className={`chip ${kind === 'question' ? '' : 'warn'}`}>{kind}</span>
                    <span className="what">
                      <Said>{text}</Said>
                    </span>
                    <span className="soft small">
                      <Time at={askedAt} />
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
