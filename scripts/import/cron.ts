const MACROS: Readonly<Record<string, string>> = {
  '@annually': '0 0 1 1 *',
  '@daily': '0 0 * * *',
  '@hourly': '0 * * * *',
  '@midnight': '0 0 * * *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@yearly': '0 0 1 1 *',
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTES_OF_A_DAY = 1440;

/** A schedule in five fields of numbers: names of months and days, macros and `@every` are written out where that says the same. */
export function normalizeCron(text: string): string {
  const schedule = text.trim().replaceAll(/\s+/g, ' ');
  const every = /^@every (?:(\d{1,3})h)?(?:(\d{1,4})m)?$/.exec(schedule);
  if (every !== null) return everyMinutes(Number(every[1] ?? 0) * 60 + Number(every[2] ?? 0)) ?? schedule;
  const fields = (MACROS[schedule.toLowerCase()] ?? schedule).split(' ');
  return fields.map((field, at) => (at === 3 ? numbered(field, MONTHS, 1) : at === 4 ? numbered(field, DAYS, 0) : anyOf(field))).join(' ');
}

/** Only what divides an hour or a day comes back at the same time. */
function everyMinutes(minutes: number): string | undefined {
  if (minutes > 0 && minutes < 60 && 60 % minutes === 0) return minutes === 1 ? '* * * * *' : `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (minutes === 60) return '0 * * * *';
  if (minutes === MINUTES_OF_A_DAY) return '0 0 * * *';
  return Number.isInteger(hours) && hours > 0 && 24 % hours === 0 ? `0 */${hours} * * *` : undefined;
}

function numbered(field: string, names: readonly string[], first: number): string {
  return anyOf(field).replaceAll(/[a-z]{3}/gi, (name) => {
    const at = names.indexOf(name.toLowerCase());
    return at === -1 ? name : String(at + first);
  });
}

function anyOf(field: string): string {
  return field.replace(/^\?$/, '*');
}
