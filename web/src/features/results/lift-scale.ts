// SPDX-License-Identifier: AGPL-3.0-or-later
// Arithmetic of the lift chart: its scale in shares, the marks beside it, and the path of the band.
import type { Interval, ResultPoint } from '../../api/gen';

/** A week with a number. */
export interface Week {
  at: number;
  people: number;
  lift: Interval;
}

/** The weeks that have a number, by time. */
export function weeksOf(series: readonly ResultPoint[]): Week[] {
  return series.flatMap(({ at, people, lift }) => (lift === null ? [] : [{ at: new Date(at).getTime(), people, lift }])).sort((a, b) => a.at - b.at);
}

const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
const MOST_STEPS = 8;

/**
 * Ends of the scale and the marks on it. The first weeks reach far and would press the later ones flat, so the scale is
 * made for the later half and always holds zero; what lies beyond is cut at its edge.
 */
export function liftScale(weeks: readonly Week[]): { low: number; high: number; marks: number[] } {
  const late = weeks.slice(Math.floor(weeks.length / 2));
  const least = Math.min(0, ...late.map((w) => w.lift.low));
  const most = Math.max(0, ...late.map((w) => w.lift.high));
  const room = Math.max(most - least, 0.01) * 0.15;
  const step = STEPS.find((s) => (most - least + 2 * room) / s <= MOST_STEPS) ?? 1;
  const from = Math.floor((least - room) / step);
  const to = Math.ceil((most + room) / step);
  const marks = Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toFixed(4)));
  return { low: from * step, high: to * step, marks };
}

type Place = (value: number) => number;
const pair = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** The line of the estimates. */
export function linePath(weeks: readonly Week[], x: Place, y: Place): string {
  return weeks.map((w, i) => `${i === 0 ? 'M' : 'L'}${pair(x(w.at), y(w.lift.estimate))}`).join('');
}

/** The closed band: along the upper ends and back along the lower ones. */
export function bandPath(weeks: readonly Week[], x: Place, y: Place): string {
  const there = weeks.map((w) => pair(x(w.at), y(w.lift.high)));
  const back = weeks.toReversed().map((w) => pair(x(w.at), y(w.lift.low)));
  return weeks.length === 0 ? '' : `M${[...there, ...back].join('L')}Z`;
}

/** The weeks to label: the last one, and going back each that leaves `room` pixels for the words of the one after it. */
export function labelled(weeks: readonly Week[], x: Place, room: number): Week[] {
  const some: Week[] = [];
  for (const week of weeks.toReversed()) {
    const after = some[0];
    if (after === undefined || x(after.at) - x(week.at) >= room) some.unshift(week);
  }
  return some;
}
