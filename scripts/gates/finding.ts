/** Something a gate has found, as a reader fixes it: where, then what to do. */
export interface Finding {
  /** Path from the root of the repository. */
  readonly file: string;

  /**
   * Counted from one.
   *
   * @default the whole file
   */
  readonly line?: number;

  /** What is wrong and how it becomes right. */
  readonly text: string;
}

/** The line that is printed: `docs/first-steps.md:12: …`. Editors turn it into a link. */
export function describeFinding({ file, line, text }: Finding): string {
  return line === undefined ? `${file}: ${text}` : `${file}:${line}: ${text}`;
}
