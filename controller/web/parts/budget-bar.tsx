import type { ReactNode } from 'react';
import type { BudgetStatus } from '../../contract/wire/index.ts';
import { formatMoney } from '../text/format.ts';

/** How much of a budget is spent, and how much running tasks hold. */
export function BudgetBar({ budget: { limit, topUp, spent, reserved, owner, window } }: { readonly budget: BudgetStatus }): ReactNode {
  const most = Math.max(1, limit + topUp);
  const used = Math.min(100, (spent / most) * 100);
  const held = Math.min(100 - used, (reserved / most) * 100);
  return (
    <div
      className="bar"
      role="meter"
      aria-label={`Spent of the budget of ${owner} by ${window}`}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={Math.min(spent, most)}
      aria-valuetext={`${formatMoney(spent)} of ${formatMoney(limit + topUp)}`}
    >
      <div>
        <div className={used >= 100 ? 'over' : 'used'} style={{ width: `${used}%` }} />
        <div className="held" style={{ width: `${held}%` }} />
      </div>
    </div>
  );
}
