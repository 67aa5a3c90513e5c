import { RadioGroup } from 'radix-ui';
import { type ReactNode, useState, type SyntheticEvent } from 'react';
import type { Question, Reply } from '../../contract/wire/index.ts';
import { Said } from './text.tsx';

/** Properties of `AnswerForm`. */
export interface AnswerFormProps {
  readonly question: Question;
  readonly isBusy: boolean;
  readonly onAnswer: (reply: Reply) => void;
}

/** What it takes to answer: two buttons for an approval, a choice or a text for a question. */
export function AnswerForm(props: AnswerFormProps): ReactNode {
  const { kind, options } = props.question;
  if (kind === 'approval') return <Approve {...props} />;
  return options === undefined || options.length === 0 ? <Write {...props} /> : <Choose {...props} options={options} />;
}

/** The reply names the subject that was looked at: should it have changed meanwhile, nothing is approved. */
function Approve({ question: { subject }, isBusy, onAnswer }: AnswerFormProps): ReactNode {
  const reply = (approved: boolean) => () => onAnswer({ answer: { approved }, ...(subject === undefined ? {} : { subject }) });
  return (
    <div className="actions">
      <button type="button" className="button primary" disabled={isBusy} onClick={reply(true)}>
        Approve{subject === undefined ? '' : ' this subject'}
      </button>
      <button type="button" className="button danger" disabled={isBusy} onClick={reply(false)}>
        Deny
      </button>
    </div>
  );
}

function Choose({ question, isBusy, onAnswer, options }: AnswerFormProps & { readonly options: readonly string[] }): ReactNode {
  const [choice, setChoice] = useState<string>();
  return (
    <form
      className="answer"
      onSubmit={(event) => {
        event.preventDefault();
        if (choice !== undefined) onAnswer({ answer: options[Number(choice)] });
      }}
    >
      <RadioGroup.Root className="choices" aria-label="Answer" value={choice ?? null} onValueChange={setChoice}>
        {options.map((option, i) => (
          <div key={option} className="choice">
            <RadioGroup.Item id={`${question.id}-${i}`} value={String(i)} className="radio">
              <RadioGroup.Indicator className="dot" />
            </RadioGroup.Item>
            <label htmlFor={`${question.id}-${i}`}>
              <Said>{option}</Said>
            </label>
          </div>
        ))}
      </RadioGroup.Root>
      <button type="submit" className="button primary" disabled={isBusy || choice === undefined}>
        Answer
      </button>
    </form>
  );
}

function Write({ question: { id, kind }, isBusy, onAnswer }: AnswerFormProps): ReactNode {
  const onSubmit = (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get('answer');
    if (typeof text === 'string' && text.trim() !== '') onAnswer({ answer: text });
  };
  return (
    <form className="answer" onSubmit={onSubmit}>
      <div className="field">
        <label htmlFor={`${id}-answer`}>{kind === 'escalation' ? 'What was done about it' : 'Answer'}</label>
        <textarea className="input" id={`${id}-answer`} name="answer" rows={3} maxLength={16_384} required />
      </div>
      <button type="submit" className="button primary" disabled={isBusy}>
        {kind === 'escalation' ? 'Close' : 'Answer'}
      </button>
    </form>
  );
}
