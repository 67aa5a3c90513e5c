import type { Message } from '../model/message.ts';
import { find, toText, type Values } from './values.ts';

/** How ids of calls tell which turn they are of, and what the transcript calls them. */
const CALL_ID = /^turn-(\d+)-\d+(?:-(\w+))?$/;

/** What can be seen in the messages of a request. */
export interface Conversation {
  /** `org/agent`, if the agent is one of ours. */
  readonly who: string;
  /** The turns that have been played, by number. */
  readonly played: ReadonlySet<number>;
  readonly values: Values;
}

/** Looks at a conversation. Nothing is remembered between requests: the messages say all. */
export function readConversation(messages: readonly Message[]): Conversation {
  const event = findEvent(messages);
  const played = new Set<number>();
  for (const message of messages) {
    for (const { id } of message.role === 'assistant' ? (message.tool_calls ?? []) : []) {
      const [, turn] = CALL_ID.exec(id) ?? [];
      if (turn !== undefined) played.add(Number(turn));
    }
  }
  const last = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
  const results = messages.flatMap((message) => (message.role === 'tool' ? [message] : []));
  const [, agent, org] = /^You are the agent '([^']*)' of the org '([^']*)'/.exec(messages[0]?.content ?? '') ?? [];
  const values = {
    ...event,
    // The same for all tasks of a run, so that they can name what they share.
    short: toText(find(event, 'input.run') ?? event['task']).slice(0, 8),
    needs: Object.fromEntries(needsOf(event).map((need) => [need.as ?? need.task, need])),
    last: toData(results.at(-1)?.content),
    lastText: last.map(({ content }) => content).join('\n'),
    results: Object.fromEntries(results.flatMap(({ tool_call_id: id, content }) => named(id, content))),
  };
  return { who: `${org ?? ''}/${agent ?? ''}`, played, values };
}

/** Id of a call: the number of its turn, its place in it, and the name under which its answer can be found later. */
export function callId(turn: number, at: number, name: string | undefined): string {
  return `turn-${turn}-${at}${name === undefined ? '' : `-${name}`}`;
}

function named(id: string, content: string): [string, unknown][] {
  const [, , name] = CALL_ID.exec(id) ?? [];
  return name === undefined ? [] : [[name, toData(content)]];
}

/** The newest state of the task that the agent has told. */
function findEvent(messages: readonly Message[]): Record<string, unknown> {
  for (const { role, content } of messages.toReversed()) {
    const json = role === 'user' ? /```json\n(.*)\n```$/.exec(content)?.[1] : undefined;
    const event = toData(json);
    if (typeof event === 'object' && event !== null) return event as Record<string, unknown>;
  }
  return {};
}

function needsOf({ needs }: Record<string, unknown>): { readonly task: string; readonly as?: string }[] {
  return Array.isArray(needs) ? (needs as { readonly task: string; readonly as?: string }[]) : [];
}

function toData(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return text;
  }
}
