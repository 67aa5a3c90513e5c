import type { Egress } from '../../constructs/index.ts';

/** A regular expression, in the words that POSIX and Perl share, for all of a name that an intent reaches. It has no anchors. */
export function hostPattern({ host, depth }: Egress): string {
  const name = host.replaceAll('.', String.raw`\.`);
  if (depth === 'exact') return name;
  if (depth === 'one') return String.raw`[^.]+\.${name}`;
  if (depth === 'any') return String.raw`([^.]+\.)+${name}`;
  throw new TypeError(`an intent reaches 'exact', 'one' or 'any', never ${String(depth)}`);
}
