import type { Models } from './model/models.ts';
import type { Answer, Message, ToolCall } from './model/message.ts';
import type { Session } from './session.ts';
import type { Toolbox } from './tools/toolbox.ts';
import { WAITS } from './tools/tool.ts';

/** What ends the work of one attempt at the latest. */
export const LOOP_LIMITS = {
  /** Answers of models. */
  rounds: 200,
  /** Tokens, of what models read and write. */
  tokens: 5_000_000,
  /** Time, in milliseconds: three hours. */
  ms: 3 * 3600 * 1000,
  /** How often in a row the same tools may be called with the same arguments. */
  repeats: 5,
  /** Characters of a conversation; beyond them, the answers of early tools are left out. */
  characters: 600_000,
};

/** How an attempt ended. */
export type LoopEnd =
  { readonly kind: 'done'; readonly text: string } | { readonly kind: 'waits' } | { readonly kind: 'stopped'; readonly reason: string };

/** What the loop works with. */
export interface LoopOptions {
  readonly models: Models;
  readonly toolbox: Toolbox;
  readonly session: Session;
  /** What all of it may cost, in millionths of a US dollar. */
  readonly budget: number | undefined;
  readonly limits: typeof LOOP_LIMITS;
  readonly signal: AbortSignal;
  /** Hears what the model says on its way, and after each round that there was one. */
  readonly say: (text: string) => void;
  readonly onRound: () => Promise<void>;
}

/** Asks a model, makes the calls that it wants, tells it what came of them, until it wants none. */
export async function runLoop(options: LoopOptions): Promise<LoopEnd> {
  const { models, toolbox, session, limits, signal, say, onRound } = options;
  const begin = performance.now();
  const repeats = new Repeats();
  for (let round = 0; ; round += 1) {
    if ((await makeCalls(options)) === WAITS) return { kind: 'waits' };
    const reason = findLimit(options, round, performance.now() - begin) ?? repeats.find(limits.repeats);
    if (reason !== undefined) return { kind: 'stopped', reason };
    const answer = await models.ask(shorten(session.messages, limits.characters), toolbox.definitions, signal);
    await onRound();
    if (answer.calls.length > 0 && answer.text.trim() !== '') say(answer.text.trim());
    const calls = named(answer, session.messages.length);
    session.add({ role: 'assistant', content: answer.text, ...(calls.length === 0 ? {} : { tool_calls: calls }) });
    if (calls.length === 0) return { kind: 'done', text: answer.text };
    repeats.add(calls);
  }
}

/** Those of the last answer that have not been made, or not to the end: also those of an attempt before this one. */
async function makeCalls({ session, toolbox, signal }: LoopOptions): Promise<typeof WAITS | undefined> {
  for (const call of session.pending) {
    const content = await toolbox.call(call, signal);
    if (content === WAITS) return WAITS;
    session.add({ role: 'tool', tool_call_id: call.id, content });
  }
  return undefined;
}

function findLimit({ models, limits, budget }: LoopOptions, round: number, ms: number): string | undefined {
  if (round >= limits.rounds) return `The model gave ${limits.rounds} answers without an end`;
  if (models.tokens >= limits.tokens) return `${models.tokens} tokens were used, and ${limits.tokens} may be`;
  if (ms >= limits.ms) return `It took ${Math.round(ms / 60_000)} minutes without an end`;
  if (budget !== undefined && models.cost >= budget) return 'The budget of the task was used up';
  return undefined;
}

/** Ids are how answers find their calls; some models give the same again and again. */
function named({ calls }: Answer, at: number): ToolCall[] {
  const seen = new Set<string>();
  return calls.map((call, index) => {
    const id = seen.has(call.id) ? `${call.id}-${at}-${index}` : call.id;
    seen.add(id);
    return { ...call, id };
  });
}

/** Leaves out what early calls of tools were about, and what came of them, until the rest is short enough. */
function shorten(messages: readonly Message[], most: number): readonly Message[] {
  let size = messages.reduce((sum, message) => sum + sizeOf(message), 0);
  return messages.map((message, at) => {
    if (size <= most || at > messages.length - 4) return message;
    const short = withoutBulk(message);
    size += sizeOf(short) - sizeOf(message);
    return short;
  });
}

function withoutBulk(message: Message): Message {
  if (message.role === 'tool') return { ...message, content: '(left out, as the conversation has become long)' };
  if (message.role !== 'assistant' || message.tool_calls === undefined) return message;
  const calls = message.tool_calls.map((call) => ({ ...call, function: { ...call.function, arguments: '{"left":"out"}' } }));
  return { ...message, tool_calls: calls };
}

function sizeOf(message: Message): number {
  return message.content.length + ('tool_calls' in message ? JSON.stringify(message.tool_calls).length : 0);
}

/** Knows how often in a row the same has been asked for. */
class Repeats {
  #last = '';
  #count = 0;

  add(calls: readonly ToolCall[]): void {
    const text = JSON.stringify(calls.map((call) => call.function));
    this.#count = text === this.#last ? this.#count + 1 : 1;
    this.#last = text;
  }

  find(most: number): string | undefined {
    return this.#count > most ? `The model called the same tool ${most} times with the same arguments` : undefined;
  }
}
