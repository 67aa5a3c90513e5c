import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Task, TaskHistory } from '../../../contract/wire/index.ts';
import { ofOrg } from '../../api/queries.ts';
import { Panel } from '../../parts/page.tsx';
import { Said, Time } from '../../parts/text.tsx';
import { useSession } from '../../session.ts';
import { formatDuration, formatMoney } from '../../text/format.ts';
import { isScripted, SCRIPTED_NOTE } from './scripted.ts';

/** What the task costs, and where it comes from. */
export function Facts({ task }: { readonly task: Task }): ReactNode {
  const { org } = useSession();
  const { data: history } = useQuery(ofOrg(org).history(task.id));
  return (
    <aside className="task-facts" aria-label="About the task">
      <Panel title="Facts">
        <div className="body">
          <dl className="facts">
            <Stands task={task} />
            <dt>Cost</dt>
            <dd className="number">
              {formatMoney(task.cost)}
              {task.budget > 0 && <span className="soft"> of {formatMoney(task.budget)}</span>}
            </dd>
            <dt>Attempts</dt>
            <dd className="number">
              {task.attempt}
              <span className="soft">
                , {task.failures} of {task.attempts} failed
              </span>
            </dd>
            <dt>Priority</dt>
            <dd className="number">{task.priority}</dd>
          </dl>
        </div>
      </Panel>
      <Panel title="Provenance">
        <div className="body">
          <dl className="facts">
            <Origin task={task} history={history} />
          </dl>
        </div>
      </Panel>
    </aside>
  );
}

function Stands({ task: { agent, createdAt, endedAt, notBefore } }: { readonly task: Task }): ReactNode {
  return (
    <>
      <dt>Agent</dt>
      <dd>
        <Link href={`/tasks?agent=${agent}`}>{agent}</Link>
      </dd>
      <dt>Scheduled</dt>
      <dd>
        <Time at={createdAt} />
      </dd>
      {notBefore !== undefined && (
        <>
          <dt>Not before</dt>
          <dd>
            <Time at={notBefore} />
          </dd>
        </>
      )}
      {endedAt !== undefined && (
        <>
          <dt>Ended</dt>
          <dd>
            <Time at={endedAt} /> <span className="soft">after {formatDuration(Date.parse(endedAt) - Date.parse(createdAt))}</span>
          </dd>
        </>
      )}
    </>
  );
}

function Origin({ task, history }: { readonly task: Task; readonly history: TaskHistory | undefined }): ReactNode {
  const models = [...new Set(history?.attempts.flatMap(({ usage }) => usage.map(({ model }) => model)))];
  const fleet = history?.attempts.at(-1)?.fleet;
  return (
    <>
      <dt>By</dt>
      <dd>
        {history?.scheduledBy === undefined ? (
          <span className="soft">{history === undefined ? '…' : 'a schedule, a trigger, or not recorded'}</span>
        ) : (
          <>
            <Said>{history.scheduledBy.name}</Said> <span className="soft mono">{history.scheduledBy.token}</span>
          </>
        )}
      </dd>
      <dt>Model</dt>
      <dd>
        {models.length === 0 && <span className="soft">none used yet</span>}
        {models.map((model) => (
          <span key={model} className={`chip ${isScripted(model) ? 'warn' : ''}`} title={isScripted(model) ? SCRIPTED_NOTE : undefined}>
            {isScripted(model) ? 'scripted model' : <Said>{model}</Said>}
          </span>
        ))}
      </dd>
      {history?.local !== undefined && (
        <>
          <dt>Runs as</dt>
          <dd>a process on the controller’s machine</dd>
        </>
      )}
      <Fact name="Repository" value={history?.local?.repository} />
      <Fact name="Image" value={history?.image?.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1…')} title={history?.image} />
      <Fact name="Fleet" value={fleet?.slice(0, 12)} title={fleet} />
      <Fact name="Key" value={task.key} />
      <Fact name="Session" value={task.session} />
      <Fact name="Id" value={task.id} />
    </>
  );
}

function Fact({
  name,
  value,
  title,
}: {
  readonly name: string;
  readonly value: string | undefined;
  readonly title?: string | undefined;
}): ReactNode {
  if (value === undefined) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className="mono" title={title}>
        <Said>{value}</Said>
      </dd>
    </>
  );
}
