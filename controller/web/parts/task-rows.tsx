import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { TaskSummary } from '../../contract/wire/index.ts';
import { State } from './state.tsx';
import { Said, Time } from './text.tsx';

/** A few tasks, each a link. */
export function TaskRows({ tasks }: { readonly tasks: readonly TaskSummary[] }): ReactNode {
  return (
    <ul className="rows">
      {tasks.map(({ id, title, state, agent, createdAt }) => (
        <li key={id}>
          <Link href={`/tasks/${id}`} className="row">
            <State state={state} />
            <span className="what">
              <Said>{title}</Said>
            </span>
            <span className="soft small">
              {agent} · <Time at={createdAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
