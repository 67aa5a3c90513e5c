/** A call of a tool, as models make it. */
export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A message of a conversation. @see https://platform.openai.com/docs/api-reference/chat */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly tool_calls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly content: string; readonly tool_call_id: string };

/** What a model is told about a tool. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: object;
}

/** What a model has said. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What the gateway says that it cost, in millionths of a US dollar. */
  readonly cost: number | undefined;
  /** Whether no model has said it, but a file of transcripts. */
  readonly scripted: boolean;
}

/** A model gave no answer that is one. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** Whether it may pass. */
  readonly passing: boolean;
  /** How long to leave it alone, in milliseconds, if it said so. */
  readonly afterMs: number | undefined;

  constructor(message: string, { passing, afterMs, cause }: { passing: boolean; afterMs?: number | undefined; cause?: unknown }) {
    super(message, { cause });
    this.passing = passing;
    this.afterMs = afterMs;
  }
}
