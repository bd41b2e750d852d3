// SPDX-License-Identifier: AGPL-3.0-or-later
// Arithmetic of the score curve: cutting it to a window, reading it, its path and the ticks below it. The curve is a
// sequence of points by time; at an order two points share the instant, before and after.

export interface Point {
  at: number;
  score: number;
}

const DAY_MS = 86_400_000;

/** The score at an instant, linear between two points; null outside the curve. At a jump the later value counts. */
export function scoreAt(points: readonly Point[], at: number): number | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || at < first.at || at > last.at) return null;
  // binary search for the last point that is not after `at`
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((points[middle]?.at ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  const a = points[low] ?? first;
  const b = points[low + 1];
  if (b === undefined || b.at === a.at) return a.score;
  return a.score + ((at - a.at) / (b.at - a.at)) * (b.score - a.score);
}

/** The part of the curve inside [from, to], with points on both edges where the curve reaches over them. */
export function clip(points: readonly Point[], from: number, to: number): Point[] {
  const inside = points.filter((p) => p.at >= from && p.at <= to);
  const start = scoreAt(points, from);
  const end = scoreAt(points, to);
  if (start !== null && inside[0]?.at !== from) inside.unshift({ at: from, score: start });
  if (end !== null && inside.at(-1)?.at !== to) inside.push({ at: to, score: end });
  return inside;
}

/** SVG path of a curve. */
export function path(points: readonly Point[], x: (at: number) => number, y: (score: number) => number): string {
  return points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.at).toFixed(1)} ${y(p.score).toFixed(1)}`).join('');
}

/** The record nearest to an instant, if it is within `reach` milliseconds. */
export function nearest<T extends { at: number }>(records: readonly T[], at: number, reach: number): T | undefined {
  let best: T | undefined;
  for (const r of records) {
    const distance = Math.abs(r.at - at);
    if (distance <= reach && (best === undefined || distance < Math.abs(best.at - at))) best = r;
  }
  return best;
}

/** Instants to label: now, and even steps from it to both sides that leave room for the words. */
export function ticks(from: number, to: number, now: number, width: number): number[] {
  const room = Math.max(2, Math.floor(width / 96));
  const steps = [7, 14, 30.44, 61, 91.5, 183, 365.25].map((d) => d * DAY_MS);
  const step = steps.find((s) => (to - from) / s <= room) ?? to - from;
  const result: number[] = [];
  for (let at = now; at > from + step * 0.3; at -= step) result.unshift(Math.round(at));
  for (let at = now + step; at < to - step * 0.3; at += step) result.push(Math.round(at));
  return result;
}
