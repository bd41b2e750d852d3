// SPDX-License-Identifier: AGPL-3.0-or-later
// Order days and the gaps between them, for the drawings, counted as the score counts: cancelled orders and renewals are
// no visits, a returned one is (only its value goes back), two on one day of the shop are one.
import type { Order } from '../api/gen';

export const DAY_MS = 86_400_000;

/** Instants of the orders that count, oldest first, one a day in the shop's time zone. */
export function visits(orders: readonly Order[], timeZone: string): number[] {
  const day = new Intl.DateTimeFormat('en', { dateStyle: 'short', timeZone });
  const byDay = new Map<string, number>();
  for (const o of orders) {
    if (o.automatic || o.quarantined || o.status === 'cancelled') continue;
    const at = new Date(o.ordered_at);
    byDay.set(day.format(at), at.getTime());
  }
  return [...byDay.values()].sort((a, b) => a - b);
}

/** Days between one visit and the next. */
export function gaps(visitTimes: readonly number[]): number[] {
  return visitTimes.slice(1).map((at, i) => (at - (visitTimes[i] ?? at)) / DAY_MS);
}

/** A round upper end for an axis of days, so that `most` has room at its right. */
export function axisEnd(most: number): number {
  const wanted = Math.max(most * 1.12, 10);
  const step = 10 ** Math.floor(Math.log10(wanted)) / 2;
  return Math.ceil(wanted / step) * step;
}

export interface Dot {
  value: number;
  level: number;
}

/** Dots of a dot plot: those that fall into the same of `bins` columns are stacked, level 1 lowest. */
export function stackDots(values: readonly number[], end: number, bins: number): Dot[] {
  const seen = new Map<number, number>();
  return values.map((value) => {
    const bin = Math.round((value / end) * bins);
    const level = (seen.get(bin) ?? 0) + 1;
    seen.set(bin, level);
    return { value: (bin / bins) * end, level };
  });
}
