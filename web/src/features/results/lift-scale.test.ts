// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import { bandPath, labelled, liftScale, linePath, weeksOf, type Week } from './lift-scale';

const week = (at: number, low: number, high: number): Week => ({ at, people: 100, lift: { low, high, estimate: (low + high) / 2 } });

describe('the scale of the lift chart', () => {
  test.each<[string, Week[]]>([
    ['above zero', [week(0, 0.01, 0.05)]],
    ['below zero', [week(0, -0.05, -0.01)]],
    ['around zero', [week(0, -0.2, 0.3), week(1, -0.01, 0.02)]],
    ['a hair wide', [week(0, 0.0001, 0.0002)]],
    ['as wide as can be', [week(0, -1, 1)]],
  ])('%s: holds zero and the last interval, with few round marks', (_name, weeks) => {
    const { low, high, marks } = liftScale(weeks);
    const last = weeks.at(-1)?.lift;
    expect(low).toBeLessThanOrEqual(Math.min(0, last?.low ?? 0));
    expect(high).toBeGreaterThanOrEqual(Math.max(0, last?.high ?? 0));
    expect(marks).toContain(0);
    expect(marks.length).toBeLessThanOrEqual(11);
    expect(marks.length).toBeGreaterThanOrEqual(3);
    for (const mark of marks) expect(mark).toBe(Number(mark.toFixed(4)));
  });

  test('is made for the later half, so that the wild first weeks do not press it flat', () => {
    const weeks = [week(0, -0.9, 0.9), week(1, -0.5, 0.6), week(2, 0.0, 0.06), week(3, 0.01, 0.05)];
    expect(liftScale(weeks).high).toBeLessThan(0.1);
    expect(liftScale(weeks).low).toBeGreaterThan(-0.1);
  });
});

test('weeks without a number are left out and the rest stand by time', () => {
  const lift = { estimate: 0, low: -0.1, high: 0.1 };
  const weeks = weeksOf([
    { at: '2026-11-17T00:00:00Z', people: 90, lift },
    { at: '2026-11-03T00:00:00Z', people: 10, lift: null },
    { at: '2026-11-10T00:00:00Z', people: 50, lift },
  ]);
  expect(weeks.map((w) => w.people)).toEqual([50, 90]);
});

test('the band runs there along the upper ends and back along the lower ones', () => {
  const weeks = [week(0, 1, 3), week(10, 2, 4)];
  const same = (v: number) => v;
  expect(bandPath(weeks, same, same)).toBe('M0.0 3.0L10.0 4.0L10.0 2.0L0.0 1.0Z');
  expect(linePath(weeks, same, same)).toBe('M0.0 2.0L10.0 3.0');
  expect(bandPath([], same, same)).toBe('');
});

test.each([10, 92, 400, 5000])('labels stand %d pixels apart at least, and the last week has one', (room) => {
  const weeks = [...Array.from({ length: 41 }, (_, i) => week(i * 20, 0, 1)), week(801, 0, 1)];
  const at = labelled(weeks, (t) => t, room).map((w) => w.at);
  expect(at.at(-1)).toBe(801);
  for (const [i, t] of at.slice(1).entries()) expect(t - (at[i] ?? 0)).toBeGreaterThanOrEqual(room);
  expect(labelled([], (t) => t, room)).toEqual([]);
});
