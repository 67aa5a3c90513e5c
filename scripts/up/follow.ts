import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry, Task, TaskEvent } from '../../controller/contract/wire/index.ts';
import { isRecord } from '../is-record.ts';
import { paint } from '../print.ts';
import { readStream } from '../work/events.ts';
import { shortId } from '../work/show.ts';
import type { Controller } from './controller.ts';
import { Lines } from './lines.ts';
import type { Terminal } from './terminal.ts';

/** How long a task's last output is still read when it has ended, in milliseconds. */
const LAST_OUTPUT_MS = 500;

/** Entries of its output that are read at once then. */
const LAST_ENTRIES = 500;

/** An attempt whose output is shown. */
interface Reading {
  readonly end: AbortController;
  /** Resolves when all of it was shown. */
  readonly shown: Promise<void>;
}

/** What is told to people of an org's tasks. */
export interface FollowOptions {
  readonly controller: Controller;
  readonly terminal: Terminal;
  readonly org: string;
  /** Hears of everything that happens. */
  readonly happened: (event: TaskEvent) => void;
  /** Stands behind what an agent says. */
  readonly remark: (agent: string) => string;
  readonly signal: AbortSignal;
}

/** Shows what happens in an org: which task begins, what its program says, how it ends. */
export async function follow(options: FollowOptions): Promise<void> {
  const { controller, org, happened, signal } = options;
  const reading = new Map<string, Reading>();
  for await (const { event, data } of readStream<TaskEvent>(controller.stream(org, '/events'), signal)) {
    if (event === 'reset') continue;
    happened(data);
    if (data.kind === 'claimed') {
      const end = new AbortController();
      const shown = show(options, data, AbortSignal.any([signal, end.signal])).catch(() => undefined);
      reading.set(data.task, { end, shown });
    } else if (['ended', 'expired', 'cancelled'].includes(data.kind)) {
      const last = reading.get(data.task);
      reading.delete(data.task);
      void tellEnd(options, data, last).catch(() => undefined);
    }
  }
}

async function show(
  { controller, terminal, org, remark }: FollowOptions,
  { task: id, attempt }: TaskEvent,
  signal: AbortSignal,
): Promise<void> {
  const { agent, title } = await controller.client(org).get<Task>(`/tasks/${id}`);
  const who = `${org}/${agent}`;
  terminal.say(who, `${attempt > 1 ? 'goes on with' : 'begins'} "${title}" ${shortId(id)}${remark(agent)}`);
  const streams = new Map<string, Lines>();
  let after = '0-0';
  const hear = (entry: LogEntry) => {
    after = entry.id;
    if (entry.attempt !== attempt) return;
    let lines = streams.get(entry.stream);
    if (lines === undefined) streams.set(entry.stream, (lines = new Lines((line) => terminal.say(who, line))));
    lines.add(entry.text);
  };
  const path = `/tasks/${id}/log`;
  for await (const { event, data } of readStream<LogEntry>(controller.stream(org, path), signal)) if (event !== 'reset') hear(data);
  // On a busy machine the stream is behind.
  const rest = { retryMs: 0, answerMs: 2000 };
  const query = `?limit=${LAST_ENTRIES}&after=${after}`;
  const { items } = await controller
    .client(org)
    .get<{ readonly items: readonly LogEntry[] }>(path + query, rest)
    .catch(() => ({ items: [] }));
  for (const entry of items) hear(entry);
  for (const lines of streams.values()) lines.end();
}

async function tellEnd(
  { controller, terminal, org, remark }: FollowOptions,
  { task: id, data }: TaskEvent,
  reading?: Reading,
): Promise<void> {
  await sleep(LAST_OUTPUT_MS);
  reading?.end.abort();
  await reading?.shown;
  const { agent, title, state, reason, waitsFor } = await controller.client(org).get<Task>(`/tasks/${id}`);
  const how = isRecord(data) && typeof data['state'] === 'string' ? data['state'] : state;
  const why = reason === undefined ? '' : `: ${reason}`;
  const text = `${how} "${title}" ${shortId(id)}${how === 'waiting' && waitsFor !== undefined ? `, for ${waitsFor}` : why}`;
  terminal.say(`${org}/${agent}`, text + remark(agent), toneOf(how));
}

function toneOf(state: string): (text: string) => string {
  if (state === 'succeeded') return paint.green;
  return state === 'failed' || state === 'dead' ? paint.red : paint.yellow;
}
