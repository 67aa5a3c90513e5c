import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { call, urlOf } from '../api/call.ts';
import { ofOrg } from '../api/queries.ts';
import { PAGES } from '../pages.ts';
import { pieces } from '../parts/text.tsx';
import { useSession } from '../session.ts';
import { ThemeSwitch } from './theme.tsx';

/** Where one can go, and who one is. */
export function Side(): ReactNode {
  const { org } = useSession();
  return (
    <header className="side">
      <div className="brand">
        <Mark />
        <span>
          Fleetwright
          <span className="of">
            <span className="org" title={org}>
              {org}
            </span>
            <Link href="/sign-in" aria-label="Switch to another org">
              Switch
            </Link>
          </span>
        </span>
      </div>
      <Navigation />
      <div className="foot">
        <div className="keys">
          <span>
            <kbd>/</kbd> filter
          </span>
          <span>
            <kbd>j</kbd> <kbd>k</kbd> move
          </span>
        </div>
        <ThemeSwitch />
        <Who />
      </div>
    </header>
  );
}

/** The sign of the house. */
export function Mark(): ReactNode {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0f5c7a" />
      <path d="M7 20h18l-3 5H10z" fill="#fff" />
      <path d="M15 6v12H8zM17 9v9h6z" fill="#bfe3ef" />
    </svg>
  );
}

function Navigation(): ReactNode {
  const { org } = useSession();
  const [path] = useLocation();
  const open = useQuery(ofOrg(org).openQuestions()).data?.items.length ?? 0;
  return (
    <nav aria-label="Pages">
      <ul>
        {PAGES.map(({ path: target, label, icon }) => {
          if (label === undefined) return null;
          const isHere = path === target || (target !== '/' && path.startsWith(`${target}/`));
          return (
            <li key={target}>
              <Link href={target} aria-current={isHere ? 'page' : undefined}>
                <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
                  <path d={icon} strokeLinejoin="round" />
                </svg>
                {label}
                {target === '/questions' && open > 0 && (
                  <span className="count">
                    {open}
                    <span className="hidden"> open</span>
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Who(): ReactNode {
  const { name, role } = useSession();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: async () => call(urlOf('/sessions'), { method: 'DELETE' }),
    onSettled: () => {
      client.clear();
      location.assign('/sign-in');
    },
  });
  return (
    <div className="who">
      <span className="name">
        {pieces(name)}
        <br />
        {role}
      </span>
      <button type="button" className="button" onClick={() => leave.mutate()}>
        Sign out
      </button>
    </div>
  );
}
