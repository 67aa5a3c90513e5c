/** What is said of a subject: for people as it is printed, for programs as data. */
export interface Answer {
  /** What was asked about, by its full name. */
  readonly subject: string;
  readonly kind: 'class' | 'code' | 'construct' | 'function' | 'interface' | 'prop' | 'rule' | 'type';
  /** What it is, in a sentence or two. */
  readonly summary: string;
  readonly sections: readonly Section[];
}

/** What is said under a heading. */
export interface Section {
  readonly title: string;
  /** Lines as they are, such as an example. */
  readonly text?: string;
  /** A line for each fact, its cells in the order of the columns. */
  readonly rows?: readonly Readonly<Record<string, string>>[];
}

/** A section of rows; with none, what that means. */
export function rowsOr(title: string, rows: readonly Readonly<Record<string, string>>[], none: string): Section {
  return rows.length === 0 ? { title, text: none } : { title, rows };
}
