import { InvalidValueError } from './errors.ts';
import { findPatternProblem } from './pattern.ts';

/** White space differs between languages; a letter is one in all. */
const WORD = /^(?=.*[\p{L}\p{N}])[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u;

/** A check that the model gateway makes on what is sent to a model. A hit refuses the call. */
export class Guardrail {
  readonly kind: 'secrets' | 'pattern' | 'topics' | 'length';
  /** Named in the refusal and in metrics. */
  readonly name: string;
  /** What the gateway looks for: a regular expression, words, or a number of characters. */
  readonly match: string | readonly string[] | number | undefined;

  /** Refuses texts that hold credentials: cloud keys, private keys, tokens. */
  static secrets(): Guardrail {
    return new Guardrail('secrets', 'secrets', undefined);
  }

  /**
   * Refuses texts that match a regular expression in the syntax that JavaScript and Python share: no named groups, look-behind,
   * back-references, `\\p` or `\\c`; and no group with a repetition or alternatives in it may be repeated.
   */
  static pattern(name: string, expression: RegExp): Guardrail {
    if (expression.flags !== '') {
      throw new InvalidValueError('Guardrail.pattern', { prop: 'expression', must: 'have no flags', got: String(expression) });
    }
    const must = findPatternProblem(expression);
    if (must !== undefined) throw new InvalidValueError('Guardrail.pattern', { prop: 'expression', must, got: String(expression) });
    return new Guardrail('pattern', name, expression.source);
  }

  /** Refuses texts that name one of these topics, as whole words in any case. */
  static topics(name: string, words: readonly string[]): Guardrail {
    if (words.length === 0 || words.some((word) => !WORD.test(word))) {
      throw new InvalidValueError('Guardrail.topics', {
        prop: 'words',
        must: 'be at least one word, each with a letter or digit and no control character',
        got: words,
      });
    }
    return new Guardrail('topics', name, Object.freeze([...words]));
  }

  /** Refuses texts longer than this many characters. */
  static longestInput(characters: number): Guardrail {
    if (!Number.isInteger(characters) || characters < 1) {
      throw new InvalidValueError('Guardrail.longestInput', { prop: 'characters', must: 'be a whole number above 0', got: characters });
    }
    return new Guardrail('length', 'longest-input', characters);
  }

  private constructor(kind: Guardrail['kind'], name: string, match: Guardrail['match']) {
    if (!/^[a-z][-a-z0-9]{0,62}$/.test(name)) {
      throw new InvalidValueError('Guardrail', { prop: 'name', must: 'be 1 to 63 characters of a-z, 0-9 and dashes', got: name });
    }
    this.kind = kind;
    this.name = name;
    this.match = match;
    Object.freeze(this);
  }
}
