import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { ofOrg } from '../../api/queries.ts';
import { Answer, Empty } from '../../parts/answers.tsx';
import { PageHead } from '../../parts/page.tsx';
import { QuestionCard } from '../../parts/question-card.tsx';
import { useSession } from '../../session.ts';

/** Of how many it is shown at once what they are about. */
const FIRST = 20;

/** Everything that waits for a person's answer, oldest first. */
export function Questions(): ReactNode {
  const { org } = useSession();
  const questions = useQuery(ofOrg(org).openQuestions());
  const wanted = location.hash.slice(1);
  const isThere = questions.data !== undefined;
  useEffect(() => {
    if (isThere && wanted !== '') document.querySelector(`[id="${CSS.escape(wanted)}"]`)?.scrollIntoView({ block: 'start' });
  }, [isThere, wanted]);
  return (
    <>
      <PageHead title="Questions and approvals" />
      <Answer of={questions}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="panel">
              <Empty title="Nothing waits for you.">
                When an agent asks something, or wants to do what needs your consent, it stands here.
              </Empty>
            </div>
          ) : (
            items.map((question, i) => <QuestionCard key={question.id} question={question} about={i < FIRST} />)
          )
        }
      </Answer>
    </>
  );
}
