const DAY_MS = 86_400_000;
const SECOND_MS = 1000;

const FORM: Intl.DateTimeFormatOptions = {
  calendar: 'gregory',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
};

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/**
 * How far the clocks of a zone are ahead of UTC at a moment, in milliseconds.
 *
 * @param zone IANA name
 * @param instant milliseconds since 1970
 * @throws RangeError if there is no such zone
 */
export function offsetAt(zone: string, instant: number): number {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / SECOND_MS) * SECOND_MS;
}

/**
 * The moment at which the clocks of a zone show a time: the first one, if they show it twice; and the first one after the gap, if they skip it.
 *
 * @param zone IANA name
 * @param local what they show, as if it were UTC, in milliseconds since 1970
 */
export function toInstant(zone: string, local: number): number {
  const before = offsetAt(zone, local - DAY_MS);
  const after = offsetAt(zone, local + DAY_MS);
  for (const offset of [before, after]) if (offsetAt(zone, local - offset) === offset) return local - offset;
  let [early, late] = [local - after, local - before];
  while (late - early > SECOND_MS) {
    const middle = early + Math.floor((late - early) / 2 / SECOND_MS) * SECOND_MS;
    if (offsetAt(zone, middle) === before) early = middle;
    else late = middle;
  }
  return late;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, ...FORM });
  FORMATS.set(timeZone, known);
  return known;
}
