// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import { IDLE_MS, leave, MOST_MS, sign, spent, unread, type Reading } from './review-time';

const SECOND = 1000;
type Step = ['sign' | 'leave', number];

/** The reading after some steps at seconds. */
function after(steps: Step[]): Reading {
  return steps.reduce<Reading>((r, [what, at]) => (what === 'sign' ? sign(r, at * SECOND) : leave(r, at * SECOND)), unread);
}

describe('the time a draft was looked at', () => {
  test.each<[string, Step[], number, number]>([
    ['nothing was opened', [], 100, 0],
    ['read without a sign', [['sign', 0]], 40, 40],
    ['read with signs', [['sign', 0], ['sign', 30], ['sign', 50]], 60, 60],
    ['gone for an hour: two minutes count', [['sign', 0]], 3600, 120],
    ['gone for an hour between two signs', [['sign', 0], ['sign', 10], ['sign', 3610]], 3615, 135],
    ['the hidden tab does not count', [['sign', 0], ['leave', 20], ['sign', 500]], 505, 25],
    ['hidden at the end', [['sign', 0], ['leave', 20]], 900, 20],
    ['gone before the tab was hidden', [['sign', 0], ['leave', 1000]], 2000, 120],
    ['a clock that went back takes nothing away', [['sign', 10], ['sign', 5]], 6, 1],
  ])('%s', (_name, steps, now, seconds) => {
    expect(spent(after(steps), now * SECOND)).toBe(seconds * SECOND);
  });

  test('one report never exceeds its cap, whatever was done', () => {
    const busy = Array.from({ length: 60 }, (_, i): Step => ['sign', i * 60]);
    expect(spent(after(busy), 3600 * SECOND)).toBe(MOST_MS);
    expect(IDLE_MS).toBeLessThan(MOST_MS);
  });

  test('is a whole number, as the contract asks', () => {
    expect(spent(sign(unread, 0.25), 1000.9)).toBe(1001);
  });
});
