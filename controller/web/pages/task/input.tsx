import type { ReactNode } from 'react';
import type { Task } from '../../../contract/wire/index.ts';
import { Empty } from '../../parts/answers.tsx';
import { Json } from '../../parts/text.tsx';

/** What the task was given. */
export function Input({ task: { input } }: { readonly task: Task }): ReactNode {
  if (input === null || input === undefined) return <Empty title="The task has no input.">Its title says all there is to do.</Empty>;
  return <Json value={input} />;
}
