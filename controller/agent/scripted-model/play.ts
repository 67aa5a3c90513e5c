import type { Answer, Message, ToolCall } from '../model/message.ts';
import { callId, type Conversation, readConversation } from './conversation.ts';
import type { Transcript, Turn } from './transcript.ts';
import { fill, find, toText, type Values } from './values.ts';

/** What is said: an answer, or the way in which there is none. */
export interface Played {
  readonly answer: Omit<Answer, 'cost' | 'scripted'>;
  readonly fault: Turn['fault'];
  /** For the log. */
  readonly about: string;
}

/** Plays transcripts. The same conversation gets the same answer; only faults are counted, so that they can be over. */
export class Player {
  readonly #transcripts: ReadonlyMap<string, Transcript>;
  readonly #faults = new Map<string, number>();

  /** @param transcripts by `org/agent` */
  constructor(transcripts: ReadonlyMap<string, Transcript>) {
    this.#transcripts = transcripts;
  }

  play(messages: readonly Message[]): Played {
    const conversation = readConversation(messages);
    const { who, values } = conversation;
    const asked = JSON.stringify(messages).length;
    const transcript = this.#transcripts.get(who);
    const at = transcript?.turns.findIndex((turn, number) => this.#fits(turn, number, conversation)) ?? -1;
    const turn = transcript?.turns[at];
    if (turn === undefined) return toPlayed({ text: noTurn(who, transcript !== undefined), calls: [], asked, about: `${who}: no turn` });
    const about = `${who}: turn ${at}${turn.fault === undefined ? '' : `, ${turn.fault}`}`;
    return { ...toPlayed({ ...speak(turn, at, values), asked, about, usage: turn.usage }), fault: turn.fault };
  }

  #fits(turn: Turn, number: number, { who, played, values }: Conversation): boolean {
    if (played.has(number) && turn.again !== true) return false;
    const { has = {}, lacks = {} } = turn.when ?? {};
    const holds = (path: string, text: string) => toText(find(values, path)).includes(text);
    if (!Object.entries(has).every(([path, text]) => holds(path, text))) return false;
    if (Object.entries(lacks).some(([path, text]) => holds(path, text))) return false;
    return turn.fault === undefined || this.#count(`${who}/${toText(values['task'])}/${number}`) <= (turn.times ?? Infinity);
  }

  #count(what: string): number {
    const count = (this.#faults.get(what) ?? 0) + 1;
    this.#faults.set(what, count);
    return count;
  }
}

function speak({ say, calls = [], result }: Turn, turn: number, values: Values): { text: string; calls: ToolCall[] } {
  const said = toText(fill(say ?? '', values));
  const end = result === undefined ? '' : `${said === '' ? '' : '\n'}${JSON.stringify(fill(result, values))}`;
  return {
    text: `${said}${end}`,
    calls: calls.map(({ tool, with: input = {}, as }, at) => ({
      id: callId(turn, at, as),
      type: 'function',
      function: { name: tool, arguments: JSON.stringify(fill(input, values)) },
    })),
  };
}

function noTurn(who: string, known: boolean): string {
  const text = known
    ? `scripted model: the transcript of agent '${who}' has nothing that fits here`
    : `scripted model: no transcript for agent '${who}'; with a model that thinks, it would answer`;
  return `${text}\n${JSON.stringify({ scripted: true, answer: text })}`;
}

interface Said {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** Characters of the request. */
  readonly asked: number;
  readonly about: string;
  readonly usage?: Turn['usage'];
}

/** Four characters are a token here. */
function toPlayed({ text, calls, asked, about, usage }: Said): Played {
  const said = text.length + JSON.stringify(calls).length;
  const [inputTokens, outputTokens] = [usage?.input ?? Math.ceil(asked / 4), usage?.output ?? Math.ceil(said / 4)];
  return { answer: { text, calls, inputTokens, outputTokens }, fault: undefined, about };
}
