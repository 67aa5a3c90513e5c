import type { ToolDefinition } from '../model/message.ts';

/** What a tool may know of a call. */
export interface CallContext {
  /** Aborted when the agent is to end. */
  readonly signal: AbortSignal;
}

/** What a tool answers when the task has to wait for others, or for people: the attempt ends, and the call is made again by the next one. */
export const WAITS = Symbol('waits');

/** A tool of the agent. */
export interface Tool {
  readonly definition: ToolDefinition;

  /** Whether it looks at its arguments itself, whatever schema it shows. */
  readonly checksItself?: true;

  /**
   * Does it. Arguments come from a model: of the right shape, and of any content.
   *
   * @throws Refused, whose message the model is told
   */
  readonly call: (input: Readonly<Record<string, unknown>>, context: CallContext) => Promise<string | typeof WAITS>;
}

/** What a tool does not do. The model is told why, and goes on. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
