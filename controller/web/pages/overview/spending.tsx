import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ofOrg } from '../../api/queries.ts';
import { Answer, Empty } from '../../parts/answers.tsx';
import { BudgetBar } from '../../parts/budget-bar.tsx';
import { Panel } from '../../parts/page.tsx';
import { useSession } from '../../session.ts';
import { formatMoney } from '../../text/format.ts';

/** What is spent of each budget. */
export function Spending(): ReactNode {
  const { org } = useSession();
  const budgets = useQuery(ofOrg(org).budgets());
  return (
    <Panel title="Spend against budget">
      <Answer of={budgets}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No budget limits the org.">
              Give it one in its file in <code>stacks/</code>: <code>budget: Budget.perDay(usd(20))</code>.
            </Empty>
          ) : (
            <ul className="budgets">
              {items.map((budget) => (
                <li key={`${budget.owner} ${budget.window}`}>
                  <span>
                    {budget.owner} <span className="soft">by {budget.window}</span>
                  </span>
                  <span className="number small">
                    {formatMoney(budget.spent)} <span className="soft">of {formatMoney(budget.limit + budget.topUp)}</span>
                  </span>
                  <BudgetBar budget={budget} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}
