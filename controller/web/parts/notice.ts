import { queryOptions, type QueryClient } from '@tanstack/react-query';

/** What went wrong with something that is not on the page any more, for the notice at its top. */
export const notice = queryOptions<Error | null>({ queryKey: ['notice'], queryFn: () => null, enabled: false, initialData: null });

/** Tells people at the top of the page what went wrong, until they have seen it; `null` takes it away. */
export function tell(client: QueryClient, error: Error | null): void {
  client.setQueryData(notice.queryKey, error);
}
