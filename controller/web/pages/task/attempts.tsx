import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Task, TaskHistory } from '../../../contract/wire/index.ts';
import { ofOrg } from '../../api/queries.ts';
import { Answer, Empty } from '../../parts/answers.tsx';
import { Said, Time } from '../../parts/text.tsx';
import { useSession } from '../../session.ts';
import { formatCount, formatDuration, formatMoney } from '../../text/format.ts';
import { isScripted } from './scripted.ts';

type Attempt = TaskHistory['attempts'][number];

const TONES: Readonly<Record<string, string>> = { succeeded: 'tone-good', failed: 'tone-bad', expired: 'tone-bad' };

/** How each attempt at the task went, the last one first. */
export function Attempts({ task }: { readonly task: Task }): ReactNode {
  const { org } = useSession();
  const history = useQuery(ofOrg(org).history(task.id));
  return (
    <Answer of={history}>
      {({ attempts }) =>
        attempts.length === 0 ? (
          <Empty title="No worker has taken the task yet.">It is given out when its turn comes.</Empty>
        ) : (
          <ol className="attempts">
            {attempts.toReversed().map((attempt) => (
              <Shown key={attempt.attempt} attempt={attempt} />
            ))}
          </ol>
        )
      }
    </Answer>
  );
}

function Shown({
  attempt: { attempt, claimedAt, startedAt, endedAt, worker, outcome, reason, usage },
}: {
  readonly attempt: Attempt;
}): ReactNode {
  return (
    <li>
      <h2>
        Attempt {attempt} <span className={`state ${TONES[outcome ?? ''] ?? 'tone-busy'}`}>{outcome ?? 'under way'}</span>
      </h2>
      <p className="soft small">
        claimed <Time at={claimedAt} />
        {startedAt !== undefined && (
          <>
            , began <Time at={startedAt} />
          </>
        )}
        {endedAt !== undefined && `, took ${formatDuration(Date.parse(endedAt) - Date.parse(claimedAt))}`}
        {worker !== undefined && (
          <>
            , on <Said>{worker}</Said>
          </>
        )}
      </p>
      {reason !== undefined && (
        <p className="small">
          <Said>{reason}</Said>
        </p>
      )}
      {usage.length > 0 && (
        <ul className="usage small">
          {usage.map(({ model, inputTokens, outputTokens, cost }) => (
            <li key={model}>
              {isScripted(model) ? <span className="chip warn">scripted model</span> : <Said>{model}</Said>}{' '}
              <span className="soft number">
                {formatCount(inputTokens)} tokens in, {formatCount(outputTokens)} out, {formatMoney(cost)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
