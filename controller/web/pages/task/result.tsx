import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { findLinks } from '../../../contract/mentions/index.ts';
import type { Task, TaskEvent } from '../../../contract/wire/index.ts';
import { ofOrg } from '../../api/queries.ts';
import { Empty } from '../../parts/answers.tsx';
import { hasEnded } from '../../parts/states.ts';
import { Json, LinkOut, Said } from '../../parts/text.tsx';
import { useSession } from '../../session.ts';
import { formatCount } from '../../text/format.ts';
import { isScripted, SCRIPTED_NOTE } from './scripted.ts';

/** What the task made: links such as that of a pull request first, then files, then all of it. */
export function Result({ task: { id, state, result } }: { readonly task: Task }): ReactNode {
  const { org } = useSession();
  const { data: events } = useQuery(ofOrg(org).events(id));
  const { data: history } = useQuery(ofOrg(org).history(id));
  const artifacts = events?.items.filter(({ kind }) => kind === 'artifact') ?? [];
  const links = findLinks(result);
  const scripted = history?.attempts.some(({ usage }) => usage.some(({ model }) => isScripted(model))) === true;
  if (result === undefined && artifacts.length === 0)
    return (
      <Empty title={hasEnded(state) ? 'The task left no result.' : 'There is no result yet.'}>
        {hasEnded(state) ? 'Its log may say why.' : 'It appears when the task ends.'}
      </Empty>
    );
  return (
    <div className="result">
      {scripted && (
        <div className="notice warn">
          <strong>scripted model</strong> {SCRIPTED_NOTE}
        </div>
      )}
      {links.length > 0 && (
        <section aria-label="Links">
          <h2>Links</h2>
          <ul>
            {links.map((link) => (
              <li key={link.href}>
                <LinkOut link={link} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {artifacts.length > 0 && <Artifacts events={artifacts} />}
      {result !== undefined && (
        <section aria-label="Whole result">
          <h2>Whole result</h2>
          <Json value={result} />
        </section>
      )}
    </div>
  );
}

function Artifacts({ events }: { readonly events: readonly TaskEvent[] }): ReactNode {
  return (
    <section aria-label="Artifacts">
      <h2>Artifacts</h2>
      <ul>
        {events.map(({ id, data }) => (
          <li key={id}>
            <Artifact data={data} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Workers tell name, path, size and hash of a file; whatever else an agent sent is shown as it is. */
function Artifact({ data }: { readonly data: unknown }): ReactNode {
  const { name, path, bytes, sha256 } = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string') return <Said>{JSON.stringify(data) ?? ''}</Said>;
  return (
    <>
      <Said>{name}</Said>{' '}
      <span className="soft small">
        {typeof path === 'string' && <Said>{path}</Said>}
        {typeof bytes === 'number' && `, ${formatCount(bytes)} bytes`}
        {typeof sha256 === 'string' && (
          <>
            , <span className="mono">sha256:</span>
            <span className="mono" title={sha256}>
              <Said>{sha256.slice(0, 12)}</Said>
            </span>
          </>
        )}
      </span>
    </>
  );
}
