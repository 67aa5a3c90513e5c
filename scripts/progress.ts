/** A run that ends sooner says nothing. */
const DELAY_MS = 500;

/** Between two looks at the terminal nobody reads more than this. */
const EVERY_MS = 100;

const CLEAR_LINE = '\r\u001B[K';

/** Where progress is shown. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/**
 * Passes items on and tells how far it is, in one line that is gone in the end: on a terminal only, not in CI, and only once the
 * process has run for half a second. All work is done between two items, so no timer would ever fire.
 */
export function* withProgress<Item>(title: string, items: readonly Item[], terminal: Terminal = process.stderr): Generator<Item> {
  const isSilent = !terminal.isTTY || Boolean(process.env['CI']) || process.env['TERM'] === 'dumb';
  if (isSilent) return yield* items;
  let next = DELAY_MS;
  try {
    for (const [index, item] of items.entries()) {
      if (performance.now() >= next) {
        terminal.write(`${CLEAR_LINE}${title}: ${index} of ${items.length} files`);
        next = performance.now() + EVERY_MS;
      }
      yield item;
    }
  } finally {
    if (next > DELAY_MS) terminal.write(CLEAR_LINE);
  }
}
