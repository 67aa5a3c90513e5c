import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { BudgetStatus } from '../../../contract/wire/index.ts';
import { health, ofOrg } from '../../api/queries.ts';
import { BudgetBar } from '../../parts/budget-bar.tsx';
import { useSession } from '../../session.ts';
import { formatCount, formatMoney } from '../../text/format.ts';

/** What an operator looks at first: four figures. */
export function Tiles(): ReactNode {
  const { org } = useSession();
  const agents = useQuery(ofOrg(org).agents());
  const running = useQuery(ofOrg(org).running());
  const questions = useQuery(ofOrg(org).openQuestions());
  const budgets = useQuery(ofOrg(org).budgets());
  const count = running.data?.items.length ?? 0;
  const unfinished = agents.data?.items.reduce((total, agent) => total + agent.running + agent.queued, 0) ?? 0;
  const waiting = questions.data?.items.length;
  return (
    <ul className="tiles">
      <HealthTile />
      <Tile
        label="Running"
        figure={running.data?.cursor === undefined ? running.data?.items.length : `${count} and more`}
        href="/tasks?state=running"
      >
        {formatCount(Math.max(0, unfinished - count))} queued
      </Tile>
      <Tile label="Waiting for you" figure={waiting} href="/questions" tone={waiting === undefined || waiting === 0 ? '' : 'tone-warn'}>
        {waiting === 0 ? 'nothing to answer' : 'questions and approvals'}
      </Tile>
      <BudgetTile budget={budgets.data?.items.find(({ owner }) => owner === org)} />
    </ul>
  );
}

interface TileProps {
  readonly label: string;
  readonly figure: number | string | undefined;
  readonly href?: string;
  readonly tone?: string;
  readonly children: ReactNode;
}

function Tile({ label, figure, href, tone = '', children }: TileProps): ReactNode {
  const shown = typeof figure === 'number' ? formatCount(figure) : (figure ?? '–');
  return (
    <li className="panel tile">
      <span className="label">{href === undefined ? label : <Link href={href}>{label}</Link>}</span>
      <span className={`figure number ${tone}`}>{shown}</span>
      <span className="soft small">{children}</span>
    </li>
  );
}

function HealthTile(): ReactNode {
  const { data, error } = useQuery(health);
  if (error !== null)
    return (
      <Tile label="Health" figure="In trouble" tone="tone-bad">
        {error.message}
      </Tile>
    );
  return (
    <Tile label="Health" figure={data === undefined ? undefined : 'Ready'} tone="tone-good">
      controller and database answer
    </Tile>
  );
}

function BudgetTile({ budget }: { readonly budget: BudgetStatus | undefined }): ReactNode {
  if (budget === undefined)
    return (
      <Tile label="Spent" figure="No limit">
        the org has no budget
      </Tile>
    );
  return (
    <Tile
      label={`Spent this ${budget.window === 'rolling' || budget.window === 'total' ? 'window' : budget.window}`}
      figure={formatMoney(budget.spent)}
    >
      of {formatMoney(budget.limit + budget.topUp)}, {formatMoney(budget.reserved)} held
      <BudgetBar budget={budget} />
    </Tile>
  );
}
