import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Question, Reply } from '../../contract/wire/index.ts';
import { call, urlOf } from '../api/call.ts';
import { useMayOperate, useSession } from '../session.ts';
import { About } from './about.tsx';
import { AnswerForm } from './answer-form.tsx';
import { tell } from './notice.ts';
import { Said, Time } from './text.tsx';

const TITLES: Readonly<Record<Question['kind'], string>> = { question: 'Question', approval: 'Approval', escalation: 'Escalation' };

/** Properties of `QuestionCard`. */
export interface QuestionCardProps {
  readonly question: Question;

  /** Whether what it is about is shown at once. @default true */
  readonly about?: boolean;
}

/** A question with its answer, or with what it takes to answer it. What is approved is exactly what is shown. */
export function QuestionCard({ question, about = true }: QuestionCardProps): ReactNode {
  const { id, kind, text, key, askedAt, expiresAt } = question;
  return (
    <section className="panel question" id={id} aria-label={`${TITLES[kind]} ${key}`}>
      <header>
        <h2>
          <span className={`chip ${kind === 'question' ? '' : 'warn'}`}>{TITLES[kind]}</span> <Said>{key}</Said>
        </h2>
        <span className="soft small">
          asked <Time at={askedAt} />
        </span>
      </header>
      <div className="body">
        <p className="asked">
          <Said>{text}</Said>
        </p>
        <About question={question} atOnce={about} />
        {question.state === 'open' ? <Open question={question} /> : <Closed question={question} />}
        {question.state === 'open' && (kind === 'approval' || expiresAt !== undefined) && (
          <p className="soft small">
            {kind === 'approval' ? 'Denied' : 'Goes on without you'}
            {expiresAt === undefined ? ' unless you approve it.' : ' if nobody answers by '}
            {expiresAt !== undefined && <Time at={expiresAt} />}
            {expiresAt !== undefined && '.'}
          </p>
        )}
      </div>
    </section>
  );
}

function Open({ question }: { readonly question: Question }): ReactNode {
  const { org } = useSession();
  const mayOperate = useMayOperate();
  const client = useQueryClient();
  const answer = useMutation({
    mutationFn: async (reply: Reply) =>
      call<Question>(urlOf(`/orgs/${org}/questions/${question.id}/answer`), { method: 'POST', body: reply }),
    // The question may be gone with the next look, and what went wrong with it.
    onError: (error) => tell(client, error),
    onSettled: async () => client.invalidateQueries({ queryKey: ['live'] }),
  });
  if (!mayOperate) return <p className="soft">Your role may look, not answer. An operator or an admin of the org may.</p>;
  return <AnswerForm question={question} isBusy={answer.isPending || answer.isSuccess} onAnswer={(reply) => answer.mutate(reply)} />;
}

function Closed({ question: { state, answer, answeredBy, answeredAt } }: { readonly question: Question }): ReactNode {
  return (
    <p className="soft small">
      {state}
      {answer !== undefined && (
        <>
          : <Said>{typeof answer === 'string' ? answer : JSON.stringify(answer)}</Said>
        </>
      )}
      {answeredBy !== undefined && (
        <>
          {' '}
          by <Said>{answeredBy}</Said>
        </>
      )}
      {answeredAt !== undefined && (
        <>
          {' '}
          at <Time at={answeredAt} />
        </>
      )}
    </p>
  );
}
