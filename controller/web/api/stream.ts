/** What a stream tells. */
export interface StreamHandlers<Item> {
  readonly onItem: (item: Item) => void;

  /** What was shown before is not connected with what comes now. */
  readonly onReset?: (reason: string) => void;
  readonly onState: (state: StreamState) => void;
}

/** How a stream is doing. */
export type StreamState = 'connecting' | 'live' | 'lost';

/** Shortest and longest pause before a stream that was refused is asked for again, in milliseconds. */
const PAUSE = { first: 1000, longest: 15_000 } as const;

/**
 * Follows server-sent events. The browser itself comes back to where it was when a connection breaks (`Last-Event-ID`); when it gives up, because
 * the answer was no stream, we ask again with `after`.
 *
 * @returns a function that ends it
 */
export function follow<Item extends { readonly id: string }>(url: string, { onItem, onReset, onState }: StreamHandlers<Item>): () => void {
  let last: string | undefined;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const open = () => {
    onState('connecting');
    source = new EventSource(last === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}after=${last}`);
    source.addEventListener('open', () => {
      failures = 0;
      onState('live');
    });
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const item = JSON.parse(data) as Item;
      last = item.id;
      onItem(item);
    });
    source.addEventListener('reset', ({ data, lastEventId }: MessageEvent<string>) => {
      last = lastEventId;
      onReset?.((JSON.parse(data) as { readonly reason: string }).reason);
    });
    source.addEventListener('error', () => {
      onState('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, Math.min(PAUSE.longest, PAUSE.first * 2 ** failures) * (0.5 + Math.random() / 2));
      failures += 1;
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
