import { createContext, use } from 'react';
import type { Caller } from '../contract/wire/index.ts';

/** Who is signed in. */
export const SessionContext = createContext<Caller | undefined>(undefined);

/** Who is signed in. @throws Error outside of pages for people who are */
export function useSession(): Caller {
  const caller = use(SessionContext);
  if (caller === undefined) throw new Error('Nobody is signed in here');
  return caller;
}

/** Whether the session may change something, such as schedule and answer. */
export function useMayOperate(): boolean {
  const { role } = useSession();
  return role === 'operator' || role === 'admin';
}
