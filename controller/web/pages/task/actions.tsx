import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Task } from '../../../contract/wire/index.ts';
import { call, urlOf } from '../../api/call.ts';
import { Problem } from '../../parts/answers.tsx';
import { hasEnded } from '../../parts/states.ts';
import { useMayOperate, useSession } from '../../session.ts';

type Action = 'pause' | 'resume' | 'cancel' | 'retry';

/** What a person may do with a task in its state. */
export function Actions({ task: { id, state } }: { readonly task: Task }): ReactNode {
  const { org } = useSession();
  const client = useQueryClient();
  const [asks, setAsks] = useState(false);
  const act = useMutation({
    mutationFn: async (action: Action) =>
      call(urlOf(`/orgs/${org}/tasks/${id}/${action}`), {
        method: 'POST',
        ...(action === 'cancel' ? { body: { reason: 'Cancelled on the page' } } : {}),
      }),
    onSettled: async () => client.invalidateQueries({ queryKey: ['live'] }),
    onSuccess: () => setAsks(false),
  });
  if (!useMayOperate()) return null;
  const button = (action: Action, label: string, look = '') => (
    <button type="button" className={`button ${look}`} disabled={act.isPending} onClick={() => act.mutate(action)}>
      {label}
    </button>
  );
  return (
    <>
      {act.error !== null && <Problem error={act.error} />}
      {(state === 'queued' || state === 'claimed' || state === 'running') && !asks && button('pause', 'Pause')}
      {state === 'paused' && !asks && button('resume', 'Resume', 'primary')}
      {(state === 'failed' || state === 'dead' || state === 'cancelled') && button('retry', 'Retry')}
      {!hasEnded(state) && !asks && (
        <button type="button" className="button danger" onClick={() => setAsks(true)}>
          Cancel
        </button>
      )}
      {!hasEnded(state) && asks && (
        <>
          <span className="small" role="status">
            End it, and all its sub-tasks?
          </span>
          {button('cancel', 'End it', 'danger')}
          <button type="button" className="button" autoFocus onClick={() => setAsks(false)}>
            Keep it
          </button>
        </>
      )}
    </>
  );
}
