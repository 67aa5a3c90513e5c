import { escapeControls } from '../escape-controls.ts';
import { paint, print } from '../print.ts';

/** Lines that one speaker may write in a second; more are counted, and left out. */
const MOST_LINES = 200;

const COLOURS = [paint.cyan, paint.magenta, paint.blue, paint.green, paint.yellow];

interface Speaker {
  readonly colour: (text: string) => string;
  /** What it has said in this second. */
  lines: number;
}

/** Where `fleetwright up` writes what its programs say: a line each, with who says it. */
export class Terminal {
  readonly #speakers = new Map<string, Speaker>();
  #width = 10;

  /** Says a line for someone. What programs write must not steer the terminal. */
  say(who: string, text: string, tone: (text: string) => string = (line) => line): void {
    const speaker = this.#speakerOf(who);
    speaker.lines += 1;
    if (speaker.lines === 1) setTimeout(() => this.#endSecond(who, speaker), 1000).unref();
    if (speaker.lines <= MOST_LINES) this.#write(who, speaker, tone(escapeControls(text)));
  }

  #speakerOf(who: string): Speaker {
    let speaker = this.#speakers.get(who);
    if (speaker === undefined) {
      speaker = { colour: COLOURS[this.#speakers.size % COLOURS.length] ?? paint.cyan, lines: 0 };
      this.#speakers.set(who, speaker);
      this.#width = Math.max(this.#width, who.length);
    }
    return speaker;
  }

  #endSecond(who: string, speaker: Speaker): void {
    const left = speaker.lines - MOST_LINES;
    speaker.lines = 0;
    if (left > 0) this.#write(who, speaker, paint.dim(`… ${left} more lines were left out`));
  }

  #write(who: string, { colour }: Speaker, text: string): void {
    print(`${colour(who.padEnd(this.#width))} ${paint.dim('|')} ${text}`);
  }
}
