import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { Said } from './text.tsx';

/** Properties of `Problem`. */
export interface ProblemProps {
  readonly error: unknown;

  /** What tries it again. @default no button for it */
  readonly retry?: (() => void) | undefined;

  /** What else can be done. @default nothing */
  readonly children?: ReactNode;
}

/** What went wrong, with the code that the documentation explains, and what to do. */
export function Problem({ error, retry, children }: ProblemProps): ReactNode {
  const code = error instanceof ApiProblem ? error.code : undefined;
  return (
    <div className="notice bad" role="alert">
      <Said>{error instanceof Error ? error.message : String(error)}</Said>
      {code !== undefined && <code>{code}</code>}
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
      {children}
    </div>
  );
}

/** Properties of `Empty`. */
export interface EmptyProps {
  readonly title: string;

  /** What to do about it. */
  readonly children: ReactNode;
}

/** That there is nothing, and what to do about it. */
export function Empty({ title, children }: EmptyProps): ReactNode {
  return (
    <div className="empty">
      <strong>{title}</strong>
      <div>{children}</div>
    </div>
  );
}

/** Properties of `Answer`. */
export interface AnswerProps<Data> {
  readonly of: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** What was read, once it is there; until then that it is awaited, or what went wrong. What was there before stays beside a problem. */
export function Answer<Data>({ of: { data, error, refetch }, children }: AnswerProps<Data>): ReactNode {
  return (
    <>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data !== undefined && children(data)}
      {data === undefined && error === null && <p className="wait">Loading …</p>}
    </>
  );
}
