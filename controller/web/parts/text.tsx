import { Fragment, type ReactNode } from 'react';
import type { SafeLink } from '../../contract/mentions/index.ts';
import { formatTime, formatUtc } from '../text/format.ts';
import { toPieces } from '../text/visible.ts';

/** Text that an agent, a tool or a caller wrote. It is shown as it is, with a mark for what would not be seen; nothing in it works. */
export function Said({ children }: { readonly children: string }): ReactNode {
  return <span className="said">{pieces(children)}</span>;
}

/** The same without an element of its own, for where there is one already. */
export function pieces(text: string): ReactNode {
  const parts = toPieces(text);
  if (parts.length === 1 && parts[0]?.stands === undefined) return parts[0]?.text;
  return parts.map((piece, i) =>
    piece.stands === undefined ? (
      <Fragment key={i}>{piece.text}</Fragment>
    ) : (
      <span key={i} className="mark" title={piece.stands}>
        {piece.text}
      </span>
    ),
  );
}

/** A link to another site. The host is what the browser will ask, and stands out. */
export function LinkOut({ link: { href, host, rest } }: { readonly link: SafeLink }): ReactNode {
  return (
    <a className="link-out" href={href} target="_blank" rel="noreferrer noopener nofollow">
      <span className="host">{host}</span>
      <span>{pieces(rest)}</span>
    </a>
  );
}

/** A point in time in the reader's zone; the exact one in UTC is told when it is pointed at. */
export function Time({ at }: { readonly at: string }): ReactNode {
  const date = new Date(at);
  return (
    <time className="number" dateTime={at} title={formatUtc(date)}>
      {formatTime(date)}
    </time>
  );
}

/** JSON that an agent wrote, laid out. */
export function Json({ value }: { readonly value: unknown }): ReactNode {
  return (
    <pre className="json" tabIndex={0} role="region" aria-label="JSON">
      {pieces(JSON.stringify(value, null, 2) ?? 'null')}
    </pre>
  );
}
