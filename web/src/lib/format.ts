// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers, money and times as the reader's browser writes them. Instants come as UTC text and are shown in the reader's
// own zone.
import type { Person } from '../api/gen';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const wholeFormat = new Intl.NumberFormat();
const scoreFormat = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const dateFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const shortFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const timeFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const count = (n: number): string => wholeFormat.format(n);

/** A figure that the server counts up to 10,000 only: there it means that many or more. */
export const counted = (n: number): string => (n >= 10_000 ? `${wholeFormat.format(n)}+` : wholeFormat.format(n));

/** One decimal, as the score is always shown. */
export const points = (n: number): string => scoreFormat.format(n);

/** How many digits a currency has after its point: 2 for EUR, 0 for JPY. */
export const minorDigits = (currency: string): number => new Intl.NumberFormat(undefined, { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** At most one decimal, for a threshold: 50, 47.5. */
export const short = (n: number): string => new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(n);

/** Minor units to the currency's own form: 2900 EUR is €29.00. */
export function money(minor: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(minor / 10 ** minorDigits(currency));
}

/** Money without its minor part, for figures. */
export function wholeMoney(minor: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits: 0 }).format(minor / 10 ** minorDigits(currency));
}

/** Money of the model in dollars: cents from one dollar on, below that two digits that mean something ($0.00042). */
export function usd(dollars: number): string {
  const digits = dollars >= 1 || dollars === 0 ? { maximumFractionDigits: 2 } : { minimumSignificantDigits: 2, maximumSignificantDigits: 2 };
  return new Intl.NumberFormat(undefined, { style: 'currency', currency: 'USD', ...digits }).format(dollars);
}

/** A share as text: 0.149 is "14.9 %"; with digits 0 it is "15 %". The space does not break. */
export function percent(share: number, digits = 1): string {
  return `${new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share * 100)}\u00a0%`;
}

/** A difference of shares in percentage points, with its sign: 0.0345 is "+3.5". */
export const signedPoints = (difference: number): string =>
  new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(difference * 100).replace('-', '−');

/** A number that is known only roughly: whole from 10 on, one decimal below. */
export const rough = (n: number): string => new Intl.NumberFormat(undefined, { maximumFractionDigits: Math.abs(n) < 10 ? 1 : 0 }).format(n);

export const date = (at: string | number): string => dateFormat.format(new Date(at));
export const shortDate = (at: string | number): string => shortFormat.format(new Date(at));
/** A calendar day "2026-11-24", which has no zone. */
export const day = (text: string): string => dayFormat.format(new Date(`${text}T00:00:00Z`));
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

/** Two digits that mean something: 4,594 is 4,600. What is estimated is not told to the last one. */
export const two = (n: number): string => new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 }).format(n);

/** A long wait in the unit that people plan in: "12 days", "7 months", "2.5 years". */
export function wait(n: number): string {
  if (n < 90) return days(n);
  if (n < 730) return `${wholeFormat.format(Math.round(n / 30.44))} months`;
  return `${rough(n / 365.25)} years`;
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
