import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { TaskEvent } from '../../contract/wire/index.ts';
import { urlOf } from '../api/call.ts';
import { follow, type StreamState } from '../api/stream.ts';

/** How often what is shown is read again while things happen, in milliseconds. */
const PAUSE_MS = 1000;

/** How long a connection may be away before people are told, in milliseconds. */
const LOST_MS = 3000;

/** Reads what is shown again when something happens in the org. @returns how the connection is doing */
export function useLive(org: string): StreamState {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    let again: ReturnType<typeof setTimeout> | undefined;
    let lost: ReturnType<typeof setTimeout> | undefined;
    const readAgain = () => {
      again ??= setTimeout(() => {
        again = undefined;
        void client.invalidateQueries({ queryKey: ['live'] });
      }, PAUSE_MS);
    };
    const end = follow<TaskEvent>(urlOf(`/orgs/${org}/events`), {
      onItem: readAgain,
      onReset: readAgain,
      onState: (next) => {
        if (next === 'live') {
          clearTimeout(lost);
          lost = undefined;
          setState('live');
        } else lost ??= setTimeout(() => setState('lost'), LOST_MS);
      },
    });
    return () => {
      end();
      clearTimeout(again);
      clearTimeout(lost);
    };
  }, [client, org]);
  return state;
}
