// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import { clip, nearest, scoreAt, ticks, type Point } from './curve';

// falls to 60, an order at 100 lifts it to 90, falls again
const curve: Point[] = [
  { at: 0, score: 80 },
  { at: 100, score: 60 },
  { at: 100, score: 90 },
  { at: 200, score: 50 },
];

describe('the score curve', () => {
  test.each([
    [0, 80],
    [50, 70],
    [99.999, 60],
    [100, 90],
    [150, 70],
    [200, 50],
  ])('at %d it is %d', (at, score) => {
    expect(scoreAt(curve, at)).toBeCloseTo(score, 2);
  });

  test('is unknown outside its points', () => {
    expect(scoreAt(curve, -1)).toBeNull();
    expect(scoreAt(curve, 201)).toBeNull();
    expect(scoreAt([], 0)).toBeNull();
  });

  test('is cut to a window with points on both edges', () => {
    expect(clip(curve, 50, 150)).toEqual([{ at: 50, score: 70 }, { at: 100, score: 60 }, { at: 100, score: 90 }, { at: 150, score: 70 }]);
  });

  test('is left alone where it does not reach the window', () => {
    expect(clip(curve, -50, 20).map((p) => p.at)).toEqual([0, 20]);
    expect(clip(curve, 300, 400)).toEqual([]);
  });
});

test('the nearest record counts only within reach', () => {
  const records = [{ at: 10 }, { at: 30 }];
  expect(nearest(records, 22, 10)).toEqual({ at: 30 });
  expect(nearest(records, 100, 10)).toBeUndefined();
});

test('ticks hold now and leave room for their words', () => {
  const day = 86_400_000;
  for (const width of [260, 500, 1200]) {
    const at = ticks(0, 365 * day, 300 * day, width);
    expect(at).toContain(300 * day);
    expect(at.length).toBeLessThanOrEqual(width / 96 + 2);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  }
});
