import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry, Task, TaskEvent, TaskState } from '../../controller/contract/wire/index.ts';
import { escapeControls, escapeInQuotes } from '../escape-controls.ts';
import { printAside } from '../print.ts';
import { readStream } from './events.ts';
import { findTask } from './find-task.ts';
import { explain, type OrgServer, type ServerOptions } from './server.ts';
import { plain } from './show.ts';

/** Options of `fleetwright logs`. */
export interface LogsOptions extends ServerOptions {
  readonly follow?: boolean;
  readonly output: 'json' | 'table';
}

/** How long output may still come when a task has ended, in milliseconds. */
const LAST_OUTPUT_MS = 500;

/** Entries of one page. */
const PAGE = 500;

/** States from which no task goes on by itself. */
const ENDED: ReadonlySet<TaskState> = new Set(['succeeded', 'failed', 'cancelled', 'dead']);

/** Events after which a task may have ended. */
const ENDS: ReadonlySet<string> = new Set(['cancelled', 'dead', 'ended', 'expired']);

/** Shows a task's output. Answers with the exit code: 1 where it was followed to an end that is no success. */
export async function showLogs(id: string, options: LogsOptions): Promise<number> {
  const { server, task } = await findTask(id, options);
  const write = writerOf(options);
  if (options.follow !== true || ENDED.has(task.state)) {
    await readPages(server, task, write);
    return 0;
  }
  const end = new AbortController();
  const path = `/tasks/${task.id}`;
  const watching = watchEnd(server, task, end);
  try {
    for await (const { event, data } of readStream<LogEntry>(server.stream(`${path}/log`), end.signal)) {
      if (event !== 'reset') await write(data);
    }
  } catch (error) {
    throw explain(error, server.url);
  }
  await watching;
  const { state, reason } = await server.get<Task>(path);
  printAside(`The task has ended: ${state}${reason === undefined ? '' : `, ${plain(reason)}`}`);
  return state === 'succeeded' ? 0 : 1;
}

async function readPages(server: OrgServer, { id }: Task, write: (entry: LogEntry) => Promise<void>): Promise<void> {
  for (let after = '0-0'; ;) {
    const { items } = await server.get<{ readonly items: readonly LogEntry[] }>(`/tasks/${id}/log?limit=${PAGE}&after=${after}`);
    for (const entry of items) await write(entry);
    if (items.length < PAGE) return;
    after = items.at(-1)?.id ?? after;
  }
}

/** Tells of waiting, and aborts `end` when the task has ended. */
async function watchEnd(server: OrgServer, { id }: Task, end: AbortController): Promise<void> {
  try {
    for await (const { event, data } of readStream<TaskEvent>(server.stream(`/tasks/${id}/events`), end.signal)) {
      if (event === 'reset' || !ENDS.has(data.kind)) continue;
      const { state, waitsFor } = await server.get<Task>(`/tasks/${id}`);
      if (ENDED.has(state)) break;
      if (state === 'waiting') printAside(`The task waits for ${waitsFor ?? 'something'}; 'fleetwright status' tells more.`);
    }
    await sleep(LAST_OUTPUT_MS);
  } finally {
    end.abort();
  }
}

/** Whoever reads slowly is waited for. */
function writerOf({ output }: LogsOptions): (entry: LogEntry) => Promise<void> {
  return async (entry) => {
    // A program's output must not steer the terminal that it is read at.
    const text =
      output === 'json' ? `${escapeInQuotes(JSON.stringify(entry), 'json')}\n` : escapeControls(entry.text.replaceAll('\r\n', '\n'));
    if (!process.stdout.write(text)) await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
  };
}
