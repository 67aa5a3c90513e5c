import { plural, print } from '../print.ts';
import { findTask } from './find-task.ts';
import type { ServerOptions } from './server.ts';
import { plain, shortId, show, type ShowOptions } from './show.ts';

/** Options of what changes a task. */
export interface ChangeOptions extends ServerOptions, ShowOptions {}

/** Options of `fleetwright cancel`. */
export interface CancelOptions extends ChangeOptions {
  /** For those who look later. */
  readonly reason: string;
}

/** Ends a task and all below it. Answers with the exit code. */
export async function cancelTask(id: string, options: CancelOptions): Promise<number> {
  const { server, task } = await findTask(id, options);
  const answer = await server.post<{ readonly ended: number }>(`/tasks/${task.id}/cancel`, { reason: options.reason });
  show(answer, options, () => {
    if (answer.ended === 0) print(`"${plain(task.title)}" had ended already: ${task.state}.`);
    else print(`Cancelled: ${plural(answer.ended, 'task')}, with "${plain(task.title)}".`);
  });
  return 0;
}

/** Gives a task fresh attempts. Answers with the exit code. */
export async function retryTask(id: string, options: ChangeOptions): Promise<number> {
  const { server, task } = await findTask(id, options);
  const answer = await server.post<{ readonly reopened: readonly string[] }>(`/tasks/${task.id}/retry`);
  show(answer, options, () => {
    print(
      `Open again: ${plural(answer.reopened.length, 'task')} (${answer.reopened.map(shortId).join(', ')}), with "${plain(task.title)}".`,
    );
  });
  return 0;
}
