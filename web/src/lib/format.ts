// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers, money and times as the reader's browser writes them. Instants come as UTC text and are shown in the reader's
// own zone.
import type { Person } from '../api/gen';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const wholeFormat = new Intl.NumberFormat();
const scoreFormat = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const shortFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const timeFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const count = (n: number): string => wholeFormat.format(n);

/** A figure that the server counts up to 10,000 only: there it means that many or more. */
export const counted = (n: number): string => (n >= 10_000 ? `${wholeFormat.format(n)}+` : wholeFormat.format(n));

/** One decimal, as the score is always shown. */
export const points = (n: number): string => scoreFormat.format(n);

/** Minor units to the currency's own form: 2900 EUR is €29.00. */
export function money(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

/** Money without its minor part, for figures. */
export function wholeMoney(minor: number, currency: string): string {
  const digits = new Intl.NumberFormat(undefined, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits: 0 }).format(minor / 10 ** digits);
}

export const date = (at: string | number): string => dateFormat.format(new Date(at));
export const shortDate = (at: string | number): string => shortFormat.format(new Date(at));
export const dateTime = (at: string | number): string => timeFormat.format(new Date(at));

/** "in 3 days", "2 hours ago": the largest unit that is at least one. */
export function relative(at: string | number, nowMs: number): string {
  const diff = new Date(at).getTime() - nowMs;
  const size = Math.abs(diff);
  if (size >= 60 * DAY_MS) return relativeFormat.format(Math.round(diff / (30.44 * DAY_MS)), 'month');
  if (size >= DAY_MS) return relativeFormat.format(Math.round(diff / DAY_MS), 'day');
  if (size >= HOUR_MS) return relativeFormat.format(Math.round(diff / HOUR_MS), 'hour');
  return relativeFormat.format(Math.round(diff / 60_000), 'minute');
}

/** Whole days with the word: "1 day", "41 days". */
export function days(n: number): string {
  const whole = Math.round(n);
  return `${wholeFormat.format(whole)} ${whole === 1 ? 'day' : 'days'}`;
}

/** A duration for a lag: "40 ms", "5 s", "3 min", "2 h", "4 days". */
export function duration(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${String(Math.round(ms / 1000))} s`;
  if (ms < HOUR_MS) return `${String(Math.round(ms / 60_000))} min`;
  if (ms < 2 * DAY_MS) return `${String(Math.round(ms / HOUR_MS))} h`;
  return days(ms / DAY_MS);
}

/** First and last name, else the email address, else the id. */
export function personName(person: Person, id: string): string {
  const name = [person.first_name, person.last_name].filter((part) => part !== null && part !== '').join(' ');
  return name === '' ? (person.email ?? id) : name;
}
