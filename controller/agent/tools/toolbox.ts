import { Check, Errors } from 'typebox/value';
import type { ToolCall, ToolDefinition } from '../model/message.ts';
import { Refused, type Tool, WAITS } from './tool.ts';

/** Most characters of an answer that a model is given, and of what is told about a call. */
const ANSWER = 64 * 1024;
const TOLD = 500;

/** What is told about a call of a tool. */
export interface ToolNote {
  readonly name: string;
  readonly input: string;
  readonly outcome: 'done' | 'refused' | 'waits';
  readonly milliseconds: number;
}

/** All tools of an agent. What is not here cannot be called, whatever a model says. */
export class Toolbox {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #note: (note: ToolNote) => Promise<void>;

  /** @param note hears of each call */
  constructor(tools: readonly Tool[], note: (note: ToolNote) => Promise<void>) {
    // The first of a name is it: a server's tool cannot take the place of one of ours.
    this.#tools = new Map(tools.toReversed().map((tool) => [tool.definition.name, tool]));
    this.#note = note;
  }

  get definitions(): ToolDefinition[] {
    return [...this.#tools.values()].map(({ definition }) => definition).toReversed();
  }

  /** Makes a call. What is wrong with it is the answer, for the model to read. */
  async call({ function: { name, arguments: text } }: ToolCall, signal: AbortSignal): Promise<string | typeof WAITS> {
    const begin = performance.now();
    const note = async (outcome: ToolNote['outcome']) =>
      this.#note({ name: name.slice(0, TOLD), input: text.slice(0, TOLD), outcome, milliseconds: Math.round(performance.now() - begin) });
    try {
      const answer = await this.#find(name).call(this.#read(name, text), { signal });
      await note(answer === WAITS ? 'waits' : 'done');
      return answer === WAITS ? answer : clip(answer);
    } catch (error) {
      signal.throwIfAborted();
      await note('refused');
      return clip(`error: ${describe(error)}`);
    }
  }

  #find(name: string): Tool {
    const tool = this.#tools.get(name);
    if (tool === undefined) throw new Refused(`There is no tool '${name.slice(0, TOLD)}'; there are ${[...this.#tools.keys()].join(', ')}`);
    return tool;
  }

  #read(name: string, text: string): Readonly<Record<string, unknown>> {
    let input: unknown;
    try {
      input = JSON.parse(text);
    } catch {
      throw new Refused(`The arguments of '${name}' are no JSON`);
    }
    const {
      checksItself,
      definition: { parameters },
    } = this.#find(name);
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      throw new Refused(`The arguments of '${name}' are no JSON object`);
    if (checksItself === true || Check(parameters, input)) return input as Readonly<Record<string, unknown>>;
    const [first] = Errors(parameters, input);
    throw new Refused(`The arguments of '${name}' are wrong: '${first?.instancePath ?? ''}' ${first?.message ?? 'is not valid'}`);
  }
}

/** A file that is not there, a server that does not answer: for the model to deal with. */
function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function clip(text: string): string {
  const fit = text.replaceAll('\0', '\uFFFD').toWellFormed();
  return fit.length <= ANSWER ? fit : `${fit.slice(0, ANSWER)}\n(${fit.length - ANSWER} more characters left out)`;
}
