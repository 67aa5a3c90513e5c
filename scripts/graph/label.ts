import type { Group } from './collapse.ts';

/** How a group is called in a picture. */
export interface Label {
  /** Names, as many as there is room for. */
  readonly text: string;
  /** What its members are, in a few words. */
  readonly detail: string;
  /** How many things it stands for. */
  readonly count: number;
  /** All names and details, for those who ask. */
  readonly title: string;
}

/** Names that are written out where somebody asks for all; the others are counted. */
const MOST_NAMES = 200;

/**
 * Names a group in at most `room` characters.
 *
 * @param room how many characters there is room for; at least 8
 */
export function labelOf({ members }: Group, room: number): Label {
  const names = members.map(({ name }) => name);
  const detail = detailOf(members);
  const listed = names.slice(0, MOST_NAMES).join(', ') + (names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '');
  return { text: shorten(names, room), detail, count: names.length, title: detail === '' ? listed : `${listed}: ${detail}` };
}

/** The beginning of a text that is too long. */
export function trim(text: string, room: number): string {
  const characters = Array.from(text);
  return characters.length <= room
    ? text
    : `${characters
        .slice(0, room - 1)
        .join('')
        .trimEnd()}…`;
}

/** What all members are; where they differ, the first and the last in alphabetical order. */
function detailOf(members: Group['members']): string {
  const aspects = Object.keys(members[0]?.details ?? {});
  return aspects
    .map((aspect) => {
      const texts = [...new Set(members.map(({ details }) => details[aspect] ?? ''))].sort((a, b) =>
        a.localeCompare(b, 'en', { numeric: true }),
      );
      return texts.length > 1 ? `${texts[0]} … ${texts.at(-1)}` : texts[0];
    })
    .join(' · ');
}

function shorten(names: readonly string[], room: number): string {
  const all = names.join(', ');
  if (all.length <= room) return all;
  for (let shown = names.length - 1; shown > 0; shown--) {
    const text = `${names.slice(0, shown).join(', ')} +${names.length - shown}`;
    if (text.length <= room) return text;
  }
  return (
    cut(names[0] ?? '', names.length === 1 ? room : room - ` +${names.length - 1}`.length) +
    (names.length === 1 ? '' : ` +${names.length - 1}`)
  );
}

/** The beginning and the end of a name that is too long: both tell more than the middle. */
function cut(text: string, room: number): string {
  const characters = Array.from(text);
  if (characters.length <= room) return text;
  const tail = Math.floor((room - 1) / 3);
  return `${characters.slice(0, room - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}
