import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../../contract/wire/index.ts';
import type { ModelSetup } from '../setup.ts';
import { chat } from './chat.ts';
import { type Answer, type Message, ModelError, type ToolDefinition } from './message.ts';

/** How often one model is asked before the next, and the pauses in between, in milliseconds. */
const TRIES = 5;
const PAUSE = { first: 500, longest: 30_000 } as const;

/** Under which name answers of transcripts are counted. */
const SCRIPTED = 'scripted';

/** What `Models` needs. */
export interface ModelsOptions {
  /** The first to prefer. */
  readonly models: readonly ModelSetup[];
  readonly key: string | undefined;
  /** Tells people. */
  readonly say: (text: string) => void;
}

/** The models of an agent: asks the first, and when that does not help, the next. Counts what they use. */
export class Models {
  readonly #options: ModelsOptions;
  readonly #used = new Map<string, { inputTokens: number; outputTokens: number; cost: number }>();
  #scripted = false;

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /** What was used so far, by model. */
  get usage(): Usage[] {
    return [...this.#used].map(([model, used]) => ({ model, ...used }));
  }

  /** What was spent so far, in millionths of a US dollar. */
  get cost(): number {
    return this.usage.reduce((sum, { cost }) => sum + cost, 0);
  }

  /** Tokens so far. */
  get tokens(): number {
    return this.usage.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
  }

  /** Whether an answer came from a file of transcripts. */
  get scripted(): boolean {
    return this.#scripted;
  }

  /** @throws ModelError when none of them answers */
  async ask(messages: readonly Message[], tools: readonly ToolDefinition[], signal: AbortSignal): Promise<Answer> {
    const reasons: string[] = [];
    for (const model of this.#options.models) {
      try {
        return await this.#insist(model, messages, tools, signal);
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        reasons.push(error.message);
        this.#options.say(error.message);
      }
    }
    throw new ModelError(`No model answers: ${reasons.at(-1)}`, { passing: true });
  }

  // oxlint-disable-next-line eslint/max-params -- one question
  async #insist(model: ModelSetup, messages: readonly Message[], tools: readonly ToolDefinition[], signal: AbortSignal): Promise<Answer> {
    const { key, say } = this.#options;
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await chat({ endpoint: model.endpoint, model: model.model, key, messages, tools, signal });
        this.#count(model, answer);
        return answer;
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        const pause = Math.min(PAUSE.longest, PAUSE.first * 2 ** (tries - 1)) * (0.5 + Math.random() / 2);
        const wait = Math.max(pause, error.afterMs ?? 0);
        // Who wants to be left alone for long is not the only one, perhaps.
        if (!error.passing || tries === TRIES || wait > 2 * PAUSE.longest) throw error;
        say(`${error.message}; asking again in ${(wait / 1000).toFixed(1)} s`);
        await sleep(wait, undefined, { signal });
      }
    }
  }

  #count({ model, price }: ModelSetup, { inputTokens, outputTokens, cost, scripted }: Answer): void {
    if (scripted && !this.#scripted) this.#options.say('scripted model: no model thinks here, the answers come from a file of transcripts');
    this.#scripted ||= scripted;
    const name = scripted ? SCRIPTED : model;
    const used = this.#used.get(name) ?? { inputTokens: 0, outputTokens: 0, cost: 0 };
    // A dollar for a million tokens is a millionth of a dollar for one.
    const priced = price === undefined ? 0 : inputTokens * price.inputPerMillion + outputTokens * price.outputPerMillion;
    used.inputTokens += inputTokens;
    used.outputTokens += outputTokens;
    used.cost += scripted ? 0 : (cost ?? Math.round(priced));
    this.#used.set(name, used);
  }
}
