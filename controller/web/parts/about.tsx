import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type About as Facts, readAbout } from '../../contract/mentions/index.ts';
import type { Question } from '../../contract/wire/index.ts';
import { call, urlOf } from '../api/call.ts';
import { useSession } from '../session.ts';
import { LinkOut, Said } from './text.tsx';

/** Properties of `About`. */
export interface AboutProps {
  readonly question: Question;

  /** Whether it is read at once, and not only when somebody asks for it. */
  readonly atOnce: boolean;
}

/** What a question is about: the task, the branches, links and files that it and those before it have named, and the subject. */
export function About({ question, atOnce }: AboutProps): ReactNode {
  const { org } = useSession();
  const [wanted, setWanted] = useState(atOnce);
  const { data } = useQuery({
    // What a task has been given does not change while it waits.
    queryKey: ['about', org, question.id],
    queryFn: async ({ signal }) => readAbout(question, async (path) => call(urlOf(`/orgs/${org}`) + path, { signal })),
    staleTime: Infinity,
    refetchInterval: false,
    enabled: wanted,
  });
  const { task, subject } = question;
  return (
    <>
      {!wanted && (
        <div className="actions">
          <button type="button" className="button" onClick={() => setWanted(true)}>
            What is it about?
          </button>
        </div>
      )}
      {(wanted || subject !== undefined) && (
        <dl className="facts" aria-label="What it is about">
          {wanted && <dt>Task</dt>}
          {wanted && (
            <dd>
              <Link href={`/tasks/${task}`}>{data === undefined ? 'Task' : <Said>{data.task.title}</Said>}</Link>
              {data !== undefined && <span className="soft"> of {data.task.agent}</span>}
            </dd>
          )}
          {data !== undefined && <Named {...data} />}
          <Texts name="Subject" texts={subject === undefined ? [] : [subject]} />
        </dl>
      )}
    </>
  );
}

function Named({ branches, commits, diffs, links, artifacts }: Facts): ReactNode {
  return (
    <>
      <Texts name="Branch" texts={branches} />
      <Texts name="Commit" texts={commits} />
      <Texts name="See the change" texts={diffs} />
      {links.length > 0 && <dt>Links</dt>}
      {links.map((link) => (
        <dd key={link.href}>
          <LinkOut link={link} />
        </dd>
      ))}
      <Texts name="Files" texts={artifacts} />
    </>
  );
}

function Texts({ name, texts }: { readonly name: string; readonly texts: readonly string[] }): ReactNode {
  if (texts.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      {texts.map((text) => (
        <dd key={text} className="mono">
          <Said>{text.trim()}</Said>
        </dd>
      ))}
    </>
  );
}
