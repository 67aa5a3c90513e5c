const MICRO = 1_000_000;

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const YEAR = new Intl.DateTimeFormat(undefined, { year: 'numeric' });
const COUNT = new Intl.NumberFormat('en-US');
const CENTS = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const SMALL = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 4 });

/** A point in time in the reader's zone: the clock for today, and the day for all else. */
export function formatTime(at: Date, now = new Date()): string {
  if (at.toDateString() === now.toDateString()) return CLOCK.format(at);
  return `${DAY.format(at)}${at.getFullYear() === now.getFullYear() ? '' : ` ${YEAR.format(at)}`}, ${CLOCK.format(at).slice(0, 5)}`;
}

/** The same point exactly. */
export function formatUtc(at: Date): string {
  return `${at.toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** How long something took: `820 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Millionths of a US dollar as an amount. Small ones keep four places. */
export function formatMoney(micro: number): string {
  const dollars = micro / MICRO;
  return dollars !== 0 && Math.abs(dollars) < 1 ? SMALL.format(dollars) : CENTS.format(dollars);
}

/** A count with separators. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** An amount that somebody wrote, such as `0.50`, in millionths. @returns undefined for what is none */
export function parseMoney(text: string): number | undefined {
  return /^\d{1,9}(\.\d{1,6})?$/.test(text.trim()) ? Math.round(Number(text) * MICRO) : undefined;
}
