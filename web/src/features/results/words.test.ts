// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, test } from 'vitest';
import type { Results, ResultSlice } from '../../api/gen';
import { date } from '../../lib/format';
import { bandName, leadOf, moneyRange, monthName, neededWords, peopleRange, pointsRange, stratumName } from './words';

test('ranges carry their signs', () => {
  expect(pointsRange({ estimate: 0.01, low: -0.0345, high: 0.05 })).toBe('−3.5 to +5.0 points');
  expect(peopleRange({ estimate: 2, low: -3.2, high: 1400.4 })).toBe('−3 to 1,400');
  expect(moneyRange({ estimate: 0, low: -86_610, high: 138_290 }, 'EUR')).toBe('−€866 to €1,383');
});

test.each([
  ['Of 2,104 people, 14.9 % came back.', ['Of 2,104 people, 14.9 % came back.', '']],
  ['Not yet: 37.7 % of 61. It may be chance. To see more takes long.', ['Not yet: 37.7 % of 61.', 'It may be chance. To see more takes long.']],
])('the lead of %j', (text, parts) => {
  expect(leadOf(text)).toEqual(parts);
});

test.each<[Results['needed'], string]>([
  [{ lift: 0.03, episodes: 1240, days: 60 }, 'It takes about 1,200 more episodes to see a lift of 3 points: about 60 days at your pace.'],
  [{ lift: 0.03, episodes: 90_000, days: 2000 }, 'It takes about 90,000 more episodes to see a lift of 3 points: about 5.5 years at your pace.'],
  [{ lift: 0.03, episodes: 1240, days: null }, 'It takes about 1,200 more episodes to see a lift of 3 points.'],
  [{ lift: 0.025, episodes: 0, days: 0 }, 'There are enough episodes to see a lift of 2.5 points.'],
  [{ lift: 0.03, episodes: null, days: null }, 'How long it takes to see a lift of 3 points cannot be said yet: there are too few admissions to go by.'],
])('what is needed: %o', (needed, text) => {
  expect(neededWords(needed)).toBe(text);
});

test('parts have names for people; what is unknown keeps its own', () => {
  const slice = (name: string, from: string | null) => ({ name, from }) as ResultSlice;
  expect(monthName('2026-01')).toBe('January 2026');
  expect(monthName('odd')).toBe('odd');
  expect(bandName('lost')).toBe('Lost');
  expect(bandName('other')).toBe('other');
  expect(stratumName(slice('5f2c due', '2026-02-01T12:00:00Z'))).toBe(`Due, rules of ${date('2026-02-01T12:00:00Z')}`);
  expect(stratumName(slice('5f2c backlog', null))).toBe('Released from the backlog');
});
