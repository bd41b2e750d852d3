// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import type { Tuning, TuningProposal } from '../../../api/gen';
import { example } from '../../../test/server';
import { plain } from '../../../test/text';
import { dialOf, dialWords, halfLifeFor, thresholdWords } from './words';

const { proposal } = example<Tuning>('getTuning') as { proposal: TuningProposal };
const place = (threshold: number, wasted: number | null, daily: number, chance = 0.05) => ({ threshold, chance, wasted, wasted_se: 0.01, median_silence_days: 100 - threshold, episodes_per_day: daily });
/** From high to low, as the program writes it. */
const dial = [place(60, 0.3, 20), place(50, 0.2, 15), place(40, 0.1, 11)];

describe('the dial', () => {
  test('runs from the fewest emails to the most and stands at the proposal', () => {
    const { dial: sorted, proposed } = dialOf({ ...proposal, threshold: 50, dial });
    expect(sorted.map((d) => d.threshold)).toEqual([40, 50, 60]);
    expect(proposed).toBe(1);
  });

  test('has a place for a proposal between two of its own, with figures between theirs', () => {
    const { dial: sorted, proposed } = dialOf({ ...proposal, threshold: 47.5, dial });
    expect(sorted.map((d) => d.threshold)).toEqual([40, 47.5, 50, 60]);
    expect(proposed).toBe(1);
    expect(sorted[1]?.wasted).toBeCloseTo(0.175, 12);
    expect(sorted[1]?.episodes_per_day).toBeCloseTo(14, 12);
    expect(sorted[1]?.median_silence_days).toBeCloseTo(52.5, 12);
  });

  test.each([
    [20, 0, 11],
    [80, 3, 20],
  ])('a proposal of %d beyond its ends stands at number %d with the figures of the end', (threshold, index, daily) => {
    const { dial: sorted, proposed } = dialOf({ ...proposal, threshold, dial });
    expect(proposed).toBe(index);
    expect(sorted[index]).toMatchObject({ threshold, episodes_per_day: daily });
  });

  test('of a detector of chances runs by the chance', () => {
    const detector = { ...proposal.detector, kind: 'chance' as const, chance: 0.08 };
    const { dial: sorted, proposed } = dialOf({ ...proposal, detector, dial: [place(50, 0.3, 20, 0.1), place(50, 0.1, 10, 0.04)] });
    expect(sorted.map((d) => d.chance)).toEqual([0.04, 0.08, 0.1]);
    expect(proposed).toBe(1);
    expect(sorted[1]?.threshold).toBe(50);
  });

  test('may be empty', () => {
    expect(dialOf({ ...proposal, dial: [] })).toEqual({ dial: [], proposed: 0 });
  });
});

test.each([
  [place(50, 0.0901, 3.1), 'Of the people we write to, at most 10 % would have come back alone within 30 days; that is 3.1 emails a day.'],
  [place(50, 0.09, 30.2), 'Of the people we write to, at most 9 % would have come back alone within 30 days; that is 30 emails a day.'],
  [place(50, null, 3.1), 'That is 3.1 emails a day; how many would have come back alone cannot be said.'],
])('a place of the dial never promises more than it has: %j', (at, text) => {
  expect(plain(dialWords(at))).toBe(text);
});

test('a threshold is points of the score, or a chance', () => {
  expect(thresholdWords(proposal.detector, 47.5)).toBe('47.5');
  expect(plain(thresholdWords({ ...proposal.detector, kind: 'chance' }, 0.083))).toBe('8.3 %');
});

test.each([
  [1, 30],
  [30, 60],
  [200, 360],
])('a usual gap of %d days asks for a half-life of %d', (gap, half) => {
  expect(halfLifeFor(gap)).toBe(half);
});
