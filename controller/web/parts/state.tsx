import type { ReactNode } from 'react';
import type { TaskState } from '../../contract/wire/index.ts';
import { type StateLook, STATES, waitsForWords } from './states.ts';

const SIGNS: Readonly<Record<StateLook['sign'], ReactNode>> = {
  open: null,
  tick: <path d="M4.6 8.2 7 10.6l4.4-5" />,
  cross: <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" />,
  dash: <path d="M5 8h6" />,
  pause: <path d="M6.4 5.5v5m3.2-5v5" />,
  part: <path d="M8 4.6A3.4 3.4 0 0 1 11.4 8" strokeWidth="2.4" />,
};

/** The state of a task: a sign, a colour and a word, so that none of them is needed alone. */
export function State({ state, waitsFor }: { readonly state: TaskState; readonly waitsFor?: string | undefined }): ReactNode {
  const { label, tone } = STATES[state];
  return (
    <span className={`state tone-${tone}`}>
      <StateSign state={state} />
      {label}
      {waitsFor !== undefined && <span className="soft"> for {waitsForWords(waitsFor)}</span>}
    </span>
  );
}

/** The sign alone, for where the word stands beside it in another way. */
export function StateSign({ state }: { readonly state: TaskState }): ReactNode {
  const { tone, sign } = STATES[state];
  return (
    <svg
      className={`tone-${tone}`}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      aria-hidden="true"
    >
      <circle cx="8" cy="8" r="6.5" strokeDasharray={state === 'waiting' ? '2 2' : undefined} />
      {SIGNS[sign]}
    </svg>
  );
}
