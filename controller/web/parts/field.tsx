import { type ReactNode, useId } from 'react';

/** What an input needs, so that its label, its hint and what is wrong with it are read out with it. */
export interface FieldInput {
  readonly id: string;
  readonly name: string;
  readonly className: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

/** Properties of `Field`. */
export interface FieldProps {
  readonly name: string;
  readonly label: string;

  /** What is expected. @default nothing */
  readonly hint?: string;

  /** What is wrong with it. */
  readonly wrong: string | undefined;
  readonly children: (input: FieldInput) => ReactNode;
}

/** A labelled field of a form. */
export function Field({ name, label, hint, wrong, children }: FieldProps): ReactNode {
  const id = useId();
  const described = [...(hint === undefined ? [] : [`${id}-hint`]), ...(wrong === undefined ? [] : [`${id}-wrong`])].join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        name,
        className: 'input',
        'aria-invalid': wrong !== undefined,
        'aria-describedby': described === '' ? undefined : described,
      })}
      {hint !== undefined && (
        <span className="soft small" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong !== undefined && (
        <span className="wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </span>
      )}
    </div>
  );
}
