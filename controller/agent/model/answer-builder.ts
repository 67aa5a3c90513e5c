import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { type Answer, ModelError, type ToolCall } from './message.ts';

/** Most calls of tools in one answer. */
const CALLS = 64;

const Maybe = <Schema extends Parameters<typeof Type.Optional>[0]>(schema: Schema) => Type.Optional(Type.Union([schema, Type.Null()]));
const CallSchema = Type.Object({
  index: Maybe(Type.Integer({ minimum: 0, maximum: CALLS - 1 })),
  id: Maybe(Type.String({ maxLength: 256 })),
  function: Maybe(Type.Object({ name: Maybe(Type.String({ maxLength: 256 })), arguments: Maybe(Type.String()) })),
});
const PartSchema = Type.Object({ content: Maybe(Type.String()), tool_calls: Maybe(Type.Array(CallSchema, { maxItems: CALLS })) });
const Count = Maybe(Type.Integer({ minimum: 0, maximum: 1e12 }));
const ChunkSchema = Type.Object({
  choices: Maybe(Type.Array(Type.Object({ delta: Maybe(PartSchema), message: Maybe(PartSchema), finish_reason: Maybe(Type.String()) }))),
  usage: Maybe(Type.Object({ prompt_tokens: Count, completion_tokens: Count })),
});

type Part = Static<typeof PartSchema>;

/** Puts an answer together from what a server sends: all at once, or piece by piece. */
export class AnswerBuilder {
  readonly #headers: Headers;
  readonly #asked: number;
  readonly #calls: { id: string; name: string; arguments: string }[] = [];
  #text = '';
  #finished = false;
  #usage: Static<typeof ChunkSchema>['usage'];

  /** @param asked characters of the request */
  constructor(headers: Headers, asked: number) {
    this.#headers = headers;
    this.#asked = asked;
  }

  addWhole(json: unknown): void {
    const { choices } = this.#check(json);
    const message = choices?.[0]?.message;
    if (message === undefined || message === null) throw garbage(json);
    this.#add(message);
    this.#finished = true;
  }

  addPiece(json: unknown): void {
    const { choices } = this.#check(json);
    const [choice] = choices ?? [];
    if (choice?.delta) this.#add(choice.delta);
    this.#finished ||= typeof choice?.finish_reason === 'string';
  }

  /** @throws ModelError if the answer broke off */
  build(): Answer {
    if (!this.#finished) throw new ModelError('The answer broke off', { passing: true });
    const calls: ToolCall[] = this.#calls.map(({ id, name, arguments: text }, at) => ({
      id: id === '' ? `call-${at}` : id,
      type: 'function',
      function: { name, arguments: text === '' ? '{}' : text },
    }));
    const said = this.#text.length + JSON.stringify(calls).length;
    const cost = Number(this.#headers.get('x-litellm-response-cost') ?? Number.NaN) * 1e6;
    return {
      text: this.#text,
      calls,
      // Where the server does not count, four characters are taken for a token, so that limits hold.
      inputTokens: this.#usage?.prompt_tokens ?? Math.ceil(this.#asked / 4),
      outputTokens: this.#usage?.completion_tokens ?? Math.ceil(said / 4),
      // Before a stream has ended, nobody knows.
      cost: cost > 0 && cost <= 1e12 ? Math.round(cost) : undefined,
      scripted: this.#headers.has('x-fleetwright-scripted'),
    };
  }

  #check(json: unknown): Static<typeof ChunkSchema> {
    if (!Check(ChunkSchema, json) || typeof json !== 'object' || 'error' in json) throw garbage(json);
    this.#usage = json.usage ?? this.#usage;
    return json;
  }

  #add({ content, tool_calls: calls }: Part): void {
    this.#text += content ?? '';
    for (const [at, { index, id, function: called }] of (calls ?? []).entries()) {
      const call = (this.#calls[index ?? at] ??= { id: '', name: '', arguments: '' });
      call.id ||= id ?? '';
      call.name ||= called?.name ?? '';
      call.arguments += called?.arguments ?? '';
    }
  }
}

function garbage(json: unknown): ModelError {
  return new ModelError(`The answer is not one of the chat API: ${JSON.stringify(json).slice(0, 200)}`, { passing: true });
}
