import type { Problem } from './errors.ts';

const CRON_FIELDS = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of the month', 1, 31],
  ['month', 1, 12],
  ['day of the week', 0, 7],
] as const;

/** Characters of the five fields. */
const LONGEST = 128;

/** Days of each month, at most. */
const MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What is wrong with five fields of cron. */
export function findCronProblems(cron: string): Problem[] {
  const fields = typeof cron === 'string' ? cron.split(' ') : [];
  const problem =
    fields.length === 5 ? CRON_FIELDS.find(([, least, most], i) => !isCronField(fields[i] ?? '', least, most))?.[0] : 'number of fields';
  if (problem !== undefined)
    return [{ prop: 'cron', must: `be five fields of numbers, '*', ',', '-' and '/'; look at the ${problem}`, got: cron }];
  if (cron.length > LONGEST) return [{ prop: 'cron', must: `have at most ${LONGEST} characters`, got: cron }];
  return comesOnce(fields) ? [] : [{ prop: 'cron', must: 'come at some time: none of its months has such a day', got: cron }];
}

/** A day of the week comes in each month; a day of the month may not. */
function comesOnce([, , day = '*', month = '*', weekday = '*']: readonly string[]): boolean {
  if (weekday !== '*' || day.startsWith('*')) return true;
  const first = Math.min(...day.split(',').map((item) => Number.parseInt(item, 10)));
  return MONTHS.some((days, i) => days >= first && isIn(month, i + 1));
}

function isIn(field: string, number: number): boolean {
  return field.split(',').some((item) => {
    const [from = '*', to, step] = item.split(/[-/]/);
    if (from === '*') return (number - 1) % Number(to ?? 1) === 0;
    const isRange = item.includes('-');
    const every = Number((isRange ? step : to) ?? 1);
    const last = isRange ? Number(to) : item.includes('/') ? 12 : Number(from);
    return number >= Number(from) && number <= last && (number - Number(from)) % every === 0;
  });
}

function isCronField(field: string, least: number, most: number): boolean {
  return field.split(',').every((item) => {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item);
    if (match === null) return false;
    const [from, to, step] = [Number(match[1] ?? least), Number(match[2] ?? match[1] ?? most), Number(match[3] ?? 1)];
    return from >= least && to <= most && from <= to && step >= 1;
  });
}

let timeZones: ReadonlySet<string> | undefined;

/** What is wrong with the name of a time zone. */
export function findTimeZoneProblems(timeZone: string): Problem[] {
  timeZones ??= new Set(['Etc/UTC', ...Intl.supportedValuesOf('timeZone')]);
  if (timeZones.has(timeZone)) return [];
  return [{ prop: 'timeZone', must: "be an IANA time zone such as 'Europe/Berlin'", got: timeZone }];
}
