import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { isSignedOut } from '../api/problem.ts';
import { whoAmI } from '../api/queries.ts';
import { PAGES } from '../pages.ts';
import { Empty, Problem } from '../parts/answers.tsx';
import { notice, tell } from '../parts/notice.ts';
import { PageHead } from '../parts/page.tsx';
import { SignIn } from '../pages/sign-in/sign-in.tsx';
import { SessionContext } from '../session.ts';
import { Boundary } from './boundary.tsx';
import { useLive } from './live.ts';
import { Side } from './side.tsx';
import { useFilterKey } from './keys.ts';

/** The page for whoever is signed in, and the sign-in for all others. */
export function App(): ReactNode {
  const [path] = useLocation();
  const { data: caller, error, refetch } = useQuery({ ...whoAmI, enabled: path !== '/sign-in' });
  if (path === '/sign-in' || isSignedOut(error)) return <SignIn />;
  if (caller === undefined)
    return <main>{error === null ? <p className="wait">Loading …</p> : <Problem error={error} retry={() => void refetch()} />}</main>;
  return (
    <SessionContext value={caller}>
      <Shell key={caller.org} org={caller.org} />
    </SessionContext>
  );
}

function Shell({ org }: { readonly org: string }): ReactNode {
  const [here] = useLocation();
  const state = useLive(org);
  const client = useQueryClient();
  useFilterKey();
  // What one org has refused is no news in another.
  useEffect(() => () => tell(client, null), [client]);
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <div className="shell">
        <Side />
        <main id="content" tabIndex={-1}>
          {state === 'lost' && (
            <div className="notice warn" role="status">
              The connection to the controller is lost. What you see may be old; it is tried again by itself.
            </div>
          )}
          <Notice />
          <Boundary key={here}>
            <Switch>
              {PAGES.map(({ path, component }) => (
                <Route key={path} path={path} component={component} />
              ))}
              <Route component={NoPage} />
            </Switch>
          </Boundary>
        </main>
      </div>
    </>
  );
}

function Notice(): ReactNode {
  const client = useQueryClient();
  const { data: error } = useQuery(notice);
  if (error === null) return null;
  return (
    <Problem error={error}>
      <button type="button" className="button" onClick={() => tell(client, null)}>
        Dismiss
      </button>
    </Problem>
  );
}

function NoPage(): ReactNode {
  return (
    <>
      <PageHead title="There is no such page" />
      <div className="panel">
        <Empty title="The address may be misspelt.">Choose a page in the navigation.</Empty>
      </div>
    </>
  );
}
