/** A link that may be followed, and the host that it leads to as browsers resolve it. */
export interface SafeLink {
  readonly href: string;
  readonly host: string;
  /** What comes after the host. */
  readonly rest: string;
}

/** Reads an address that an agent gave. @returns undefined for all but plain http and https addresses */
export function toLink(text: string): SafeLink | undefined {
  if (text.length > 2048 || !/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, username, password, href, host, pathname, search, hash } = new URL(text);
  if ((protocol !== 'http:' && protocol !== 'https:') || username !== '' || password !== '') return undefined;
  return { href, host, rest: `${pathname}${search}${hash}` };
}

/** Addresses in the midst of a text. What ends a sentence does not belong to them. */
export function linksIn(text: string): SafeLink[] {
  const found = text.match(/https?:\/\/[^\s<>"'`()[\]{}]+/gi) ?? [];
  return found.flatMap((address) => toLink(address.replace(/[.,;:!?]+$/, '')) ?? []);
}

/** All addresses within a value, each once. @param most at most so many */
export function findLinks(value: unknown, most = 20): SafeLink[] {
  const found = new Map<string, SafeLink>();
  const look = (inner: unknown) => {
    if (found.size >= most) return;
    const link = typeof inner === 'string' ? toLink(inner) : undefined;
    if (link !== undefined) found.set(link.href, link);
    else if (typeof inner === 'object' && inner !== null) Object.values(inner).forEach(look);
  };
  look(value);
  return [...found.values()];
}
