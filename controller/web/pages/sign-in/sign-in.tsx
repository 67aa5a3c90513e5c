import { hashKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, type SyntheticEvent } from 'react';
import { Link, useLocation } from 'wouter';
import type { Caller } from '../../../contract/wire/index.ts';
import { call, urlOf } from '../../api/call.ts';
import { whoAmI } from '../../api/queries.ts';
import { Problem } from '../../parts/answers.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Mark } from '../../shell/side.tsx';
import './sign-in.css';

/** Sign-in by the link that the program prints, or with a token. */
export function SignIn(): ReactNode {
  const client = useQueryClient();
  const [path, navigate] = useLocation();
  const signIn = useMutation({
    mutationFn: async (body: { readonly code: string } | { readonly token: string }) =>
      call<Caller>(urlOf('/sessions'), { method: 'POST', body }),
    onSuccess: (caller) => {
      client.removeQueries({ predicate: ({ queryHash }) => queryHash !== hashKey(whoAmI.queryKey) });
      client.setQueryData(whoAmI.queryKey, caller);
      if (path === '/sign-in') navigate('/', { replace: true });
    },
  });
  const caller = client.getQueryData(whoAmI.queryKey);
  useCode((code) => signIn.mutate({ code }));
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token');
    if (typeof token === 'string' && token.trim() !== '') signIn.mutate({ token: token.trim() });
  };
  return (
    <main className="sign-in" id="content">
      <div className="panel">
        <div className="body">
          <div className="brand">
            <Mark /> Fleetwright
          </div>
          <PageHead title="Sign in" />
          {signIn.error !== null && <Problem error={signIn.error} />}
          {caller !== undefined && (
            <>
              <p>You are signed in to {caller.org}. Another org takes its place, in all tabs of this browser.</p>
              <Link className="button" href="/">
                Back to {caller.org}
              </Link>
            </>
          )}
          <p className="soft">
            Open the link of the org that <code>npm start</code> prints, or <code>fleetwright sign-in --org {'<name>'}</code>, or paste a
            token of the org. A link works once, for ten minutes.
          </p>
          <form onSubmit={onSubmit}>
            <div className="field">
              <label htmlFor="token">Token</label>
              <input className="input mono" id="token" name="token" type="password" autoComplete="off" placeholder="fw_…" required />
            </div>
            <button type="submit" className="button primary" disabled={signIn.isPending}>
              {signIn.isPending ? 'Signing in …' : 'Sign in'}
            </button>
          </form>
        </div>
      </div>
    </main>
  );
}

/** Takes the code of a link, also of one that is followed while this page is open, out of the address, so that it stays in no history. */
function useCode(use: (code: string) => void): void {
  const latest = useRef(use);
  latest.current = use;
  useEffect(() => {
    const take = () => {
      const code = location.hash.slice(1);
      if (code === '' || location.pathname !== '/sign-in') return;
      history.replaceState(null, '', '/sign-in');
      latest.current(code);
    };
    take();
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
}
