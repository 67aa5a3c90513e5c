import { hashKey, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem, isElsewhere, isSignedOut } from './api/problem.ts';
import { whoAmI } from './api/queries.ts';
import { App } from './shell/app.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';

const TRIES = 3;

const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      // What passes by itself is asked for again; all else is shown at once.
      retry: (failures, error) => failures < TRIES && error instanceof ApiProblem && error.code === 'FW_UNAVAILABLE',
      refetchInterval: 30_000,
    },
  },
});
// A session that has ended, or become one of another org in another tab, shows at any answer.
client.getQueryCache().subscribe((event) => {
  if (event.type !== 'updated' || event.action.type !== 'error') return;
  const error: unknown = event.action.error;
  if ((isSignedOut(error) || isElsewhere(error)) && event.query.queryHash !== hashKey(whoAmI.queryKey))
    void client.invalidateQueries({ queryKey: whoAmI.queryKey });
});

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no element for the page');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
