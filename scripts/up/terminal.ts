import { escapeControls } from '../escape-controls.ts';
import { paint, print } from '../print.ts';

/** Lines that one speaker may write in a second; more are counted, and left out. */
const MOST_LINES = 200;

const COLOURS = [paint.cyan, paint.magenta, paint.blue, paint.green, paint.yellow];

interface Speaker {
  readonly colour: (text: string) => string;
  second: number;
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
    if (speaker.lines > MOST_LINES) return;
    this.#write(who, speaker, tone(escapeControls(text)));
  }

  #speakerOf(who: string): Speaker {
    const second = Math.floor(performance.now() / 1000);
    let speaker = this.#speakers.get(who);
    if (speaker === undefined) {
      speaker = { colour: COLOURS[this.#speakers.size % COLOURS.length] ?? paint.cyan, second, lines: 0 };
      this.#speakers.set(who, speaker);
      this.#width = Math.max(this.#width, who.length);
    }
    if (speaker.second !== second) {
      if (speaker.lines > MOST_LINES) this.#write(who, speaker, paint.dim(`… ${speaker.lines - MOST_LINES} more lines were left out`));
      speaker.second = second;
      speaker.lines = 0;
    }
    return speaker;
  }

  #write(who: string, { colour }: Speaker, text: string): void {
    print(`${colour(who.padEnd(this.#width))} ${paint.dim('|')} ${text}`);
  }
}
