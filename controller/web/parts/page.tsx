import { type ReactNode, use, useEffect, useRef } from 'react';
import { SessionContext } from '../session.ts';

/** Properties of `PageHead`. */
export interface PageHeadProps {
  /** Also the title of the browser's tab. */
  readonly title: string;

  /** The title as it is shown. @default the title */
  readonly shown?: ReactNode;

  /** What can be done on this page. @default nothing */
  readonly children?: ReactNode;
}

let hasOpened = false;

/** The head of a page. When one page follows another, its title gets the focus, so that it is read out and the keyboard goes on from there. */
export function PageHead({ title, shown, children }: PageHeadProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (hasOpened) heading.current?.focus();
    hasOpened = true;
  }, []);
  const org = use(SessionContext)?.org;
  useEffect(() => {
    document.title = [title, ...(org === undefined ? [] : [org]), 'Fleetwright'].join(' · ');
  }, [title, org]);
  return (
    <div className="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {shown ?? title}
      </h1>
      {children !== undefined && <div className="actions">{children}</div>}
    </div>
  );
}

/** Properties of `Panel`. */
export interface PanelProps {
  readonly title: string;

  /** What stands at the right of the title. @default nothing */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a title. */
export function Panel({ title, aside, children }: PanelProps): ReactNode {
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
