import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { ofOrg } from '../../api/queries.ts';
import { Answer, Empty } from '../../parts/answers.tsx';
import { Panel } from '../../parts/page.tsx';
import { useSession } from '../../session.ts';
import { formatCount } from '../../text/format.ts';

/** How much each agent has to do. */
export function Agents(): ReactNode {
  const { org } = useSession();
  const agents = useQuery(ofOrg(org).agents());
  return (
    <Panel title="Agents">
      <Answer of={agents}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="The org has no agents.">
              Add one to its file in <code>stacks/</code>.
            </Empty>
          ) : (
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Agent</th>
                  <th scope="col">Running</th>
                  <th scope="col">Queued</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ agent, running, queued, maxRunning, paused }) => (
                  <tr key={agent}>
                    <th scope="row">
                      <Link href={`/tasks?agent=${agent}`}>{agent}</Link> {paused && <span className="chip warn">paused</span>}
                    </th>
                    <td className="number">
                      {formatCount(running)}
                      {maxRunning !== undefined && <span className="soft"> of {formatCount(maxRunning)}</span>}
                    </td>
                    <td className="number">{formatCount(queued)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answer>
    </Panel>
  );
}
