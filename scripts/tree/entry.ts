/** One file of the output tree. */
export interface TreeEntry {
  /** Path below the root, with `/` between names: `dev/hello/greeter.yaml`. */
  readonly path: string;

  /** Stands for everything the text depends on: equal fingerprints promise equal texts. No white space. */
  readonly fingerprint: string;

  /** Who makes the file, for messages: the path of a construct. */
  source(): string;

  /** What `render` gets when the file is rendered next, in another run. No white space; asked for right after `render`. */
  readonly note?: string;

  /**
   * The whole text. Called only when the fingerprint does not settle that the file is up to date.
   *
   * @param lastNote the `note` of when the file was rendered last; `undefined` when nothing is known of that
   */
  render(lastNote?: string): string;
}

/** What a run makes of the tree: lists of paths, sorted as they were produced. */
export interface TreeChanges {
  /** Not there before. */
  readonly added: readonly string[];
  /** There with another text. */
  readonly changed: readonly string[];
  /** Written by an earlier run and no longer produced. */
  readonly removed: readonly string[];
  /** Left as they are. */
  readonly unchanged: readonly string[];
  /** Those of `changed` that someone edited by hand since the last run. */
  readonly edited: readonly string[];
  /** Files whose text differs from the last one although the fingerprint does not; found only when verifying. */
  readonly disagreeing: readonly string[];
}
