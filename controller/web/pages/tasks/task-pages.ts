import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { TaskSummary } from '../../../contract/wire/index.ts';
import { type Page, readTasks, type TaskFilter } from '../../api/queries.ts';
import { useSession } from '../../session.ts';

/** How often what is seen is read again, in milliseconds. */
const AGAIN_MS = 3000;

type Pages = InfiniteData<Page<TaskSummary>, string | undefined>;

/** Tasks as far as they have been read. */
export interface TaskPages {
  readonly tasks: readonly TaskSummary[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly loadMore: () => void;

  /** Tells which rows are seen: they are read again from time to time. */
  readonly refresh: (first: number, last: number) => void;
}

/** Reads tasks page by page, and those that are seen again and again. Pages that are not seen are left alone, however many there are. */
export function useTaskPages(filter: TaskFilter): TaskPages {
  const { org } = useSession();
  const queryKey = useMemo(() => ['tasks', org, filter], [org, filter]);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) => readTasks(org, filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor,
    staleTime: Infinity,
    gcTime: 0,
    refetchInterval: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });
  const { data, hasNextPage, isFetching, fetchNextPage, error, isPending } = query;
  const tasks = useMemo(() => joined(data?.pages ?? []), [data]);
  const loadMore = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [isFetching, fetchNextPage]);
  const refresh = useRefresh(queryKey, async (before, signal) => readTasks(org, filter, before, signal));
  return { tasks, hasMore: hasNextPage, isLoading: isPending, error, loadMore, refresh };
}

/** Reads the page with the first row that is seen again. */
function useRefresh(
  queryKey: readonly unknown[],
  read: (before: string | undefined, signal: AbortSignal) => Promise<Page<TaskSummary>>,
): TaskPages['refresh'] {
  const client = useQueryClient();
  const seen = useRef<readonly [number, number]>([0, 0]);
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const stop = new AbortController();
    const timer = setInterval(() => {
      const data = client.getQueryData<Pages>(queryKey);
      if (data === undefined || document.hidden) return;
      for (const at of pagesOf(data.pages, seen.current)) {
        latest.current(data.pageParams[at], stop.signal).then(
          (page) => client.setQueryData<Pages>(queryKey, (now) => (now === undefined ? now : withPage(now, at, page))),
          // What is seen stays; the connection's own notice tells that it may be old.
          () => undefined,
        );
      }
    }, AGAIN_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [client, queryKey]);
  return useCallback((first, last) => {
    seen.current = [first, last];
  }, []);
}

/** The pages that hold these rows. */
function pagesOf(pages: readonly Page<TaskSummary>[], [first, last]: readonly [number, number]): number[] {
  const found: number[] = [];
  let from = 0;
  for (const [at, { items }] of pages.entries()) {
    if (from <= last && from + items.length > first) found.push(at);
    from += items.length;
  }
  return found.length > 0 ? found : [0];
}

/**
 * Puts a page that was read again in its place. What is new at the top moves all pages after the first one, so these are read again when they are
 * scrolled to.
 */
function withPage(now: Pages, at: number, page: Page<TaskSummary>): Pages {
  const before = now.pages[at];
  if (before === undefined) return now;
  if (at === 0 && (before.items[0]?.id !== page.items[0]?.id || before.cursor !== page.cursor))
    return { pages: [page], pageParams: now.pageParams.slice(0, 1) };
  const fresh = new Map(page.items.map((task) => [task.id, task]));
  const items = before.items.map((task) => sameOr(task, fresh.get(task.id)));
  if (items.every((task, i) => task === before.items[i])) return now;
  return { ...now, pages: now.pages.with(at, { ...before, items }) };
}

/** What has not changed stays the same object, so that its row is not drawn again. */
function sameOr(before: TaskSummary, after: TaskSummary | undefined): TaskSummary {
  return after === undefined || JSON.stringify(before) === JSON.stringify(after) ? before : after;
}

/** Pages may overlap after one was read again; each task stands in the list once. */
function joined(pages: readonly Page<TaskSummary>[]): TaskSummary[] {
  const tasks = new Map<string, TaskSummary>();
  for (const { items } of pages) for (const task of items) if (!tasks.has(task.id)) tasks.set(task.id, task);
  return [...tasks.values()];
}
