/** A text with gaps, in which words have to be put. */
export class GappedText {
  /** What stands between the gaps, and in the gaps the words that were put in last: kept, as most texts are completed often. */
  readonly #pieces: string[] = [];
  /** Which word stands in each gap. */
  readonly #gaps: readonly number[];

  /**
   * @param gap matches the words, and nothing else
   * @param words what it matches, each once
   */
  constructor(text: string, gap: RegExp, words: readonly string[]) {
    const matches = [...text.matchAll(gap)];
    let end = 0;
    for (const { 0: word, index } of matches) {
      this.#pieces.push(text.slice(end, index), word);
      end = index + word.length;
    }
    this.#pieces.push(text.slice(end));
    this.#gaps = matches.map(([word]) => words.indexOf(word));
  }

  /** How many gaps there are. */
  get size(): number {
    return this.#gaps.length;
  }

  /** The text with other words in its gaps. */
  complete(words: readonly string[]): string {
    for (let index = 0; index < this.#gaps.length; index++) this.#pieces[2 * index + 1] = words[this.#gaps[index] as number] as string;
    return this.#pieces.join('');
  }
}

/** Words that stand for others in texts, and are found in them: no text holds them for another reason. */
export class StandIns {
  readonly #words: readonly string[];
  readonly #gap: RegExp;
  /** Texts that were seen before, as each stands in for many. */
  readonly #known = new Map<string, GappedText>();

  constructor(words: readonly string[]) {
    this.#words = words;
    this.#gap = new RegExp(anyOf(words), 'g');
  }

  /** Whether one of them is part of a text. */
  areIn(text: string): boolean {
    return this.#words.some((word) => text.includes(word));
  }

  /** A text with the words that they stand for. */
  replace(text: string, words: readonly string[]): string {
    // Mostly it is nothing but a word, and then it stays one text for all who keep it.
    const index = this.#words.indexOf(text);
    if (index !== -1) return words[index] as string;
    let known = this.#known.get(text);
    if (known === undefined) this.#known.set(text, (known = new GappedText(text, this.#gap, this.#words)));
    return known.size === 0 ? text : known.complete(words);
  }
}

/** A pattern of any of these words; where several begin, of the longest. */
export function anyOf(words: readonly string[]): string {
  const longestFirst = words.toSorted((a, b) => b.length - a.length).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return `(?:${longestFirst.join('|')})`;
}
