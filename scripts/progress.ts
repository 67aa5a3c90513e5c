/** A run that ends sooner says nothing. */
const DELAY_MS = 500;

/** Nobody reads faster. */
const EVERY_MS = 100;

const CLEAR_LINE = '\r\u001B[K';

/** Where progress is shown. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/**
 * Passes the files of a run on and tells how far it is, in one line that is gone in the end: on a terminal only, not in CI, and
 * only once the process has run for half a second. All work is done between two files, so that no timer would ever fire.
 */
export function* withProgress<Item>(title: string, files: Iterable<Item>, terminal: Terminal = process.stderr): Generator<Item> {
  const isSilent = !terminal.isTTY || Boolean(process.env['CI']) || process.env['TERM'] === 'dumb';
  if (isSilent) {
    yield* files;
    return;
  }
  let [count, next] = [0, DELAY_MS];
  try {
    for (const file of files) {
      yield file;
      count++;
      if (performance.now() < next) continue;
      terminal.write(`${CLEAR_LINE}${title}: ${count} files`);
      next = performance.now() + EVERY_MS;
    }
  } finally {
    if (next > DELAY_MS) terminal.write(CLEAR_LINE);
  }
}
