// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../api/gen';
import { Problem } from '../../../api/problem';
import { example } from '../../../test/server';
import { fromPolicy, policyErrors, toPolicy, toPreview, validatePolicy, type PolicyForm } from './policy-form';

const policy = example<Policy>('getPolicy');
const form = fromPolicy(policy, 'EUR');

describe('between record and form', () => {
  test.each(['EUR', 'JPY', 'KWD'])('nothing is lost on the way there and back, in %s', (currency) => {
    const full: Policy = { ...policy, gross_margin: 0.375, usual_gap_days: 31.5, costs: { review_hour_minor: 3250, email_minor: 0.13 }, detector: { kind: 'chance', half_life_days: 61.5, rhythm_power: 0.3, fade_gaps: 7, chance: 0.075 } };
    expect(toPolicy(full, fromPolicy(full, currency), currency)).toEqual(full);
  });

  test('what is not stated is empty, and empty states nothing', () => {
    const bare: Policy = { ...policy, gross_margin: null, usual_gap_days: null, costs: { review_hour_minor: null, email_minor: null } };
    const empty = fromPolicy(bare, 'EUR');
    expect([empty.margin_percent, empty.usual_gap_days, empty.review_hour, empty.email_cost]).toEqual(['', '', '', '']);
    expect(toPolicy(bare, empty, 'EUR')).toEqual(bare);
  });

  test('an hour of review is shown in whole money, a fraction of a cent is kept', () => {
    expect(form.review_hour).toBe(32);
    expect(form.email_cost).toBe(0.001);
    expect(toPolicy(policy, { ...form, email_cost: 0.0004 }, 'EUR').costs).toEqual({ review_hour_minor: 3200, email_minor: 0.04 });
  });
});

test('an empty field is a fault where a number is needed, and none where it may be left out', () => {
  expect(validatePolicy({ ...form, half_life_days: '', margin_percent: '', quiet_from: '' })).toEqual({ half_life_days: 'A number is needed', quiet_from: 'A time is needed' });
  expect(validatePolicy(form)).toEqual({});
});

test('what the server finds wrong stands at the field that shows it', () => {
  const at = (pointer: string) => ({ pointer, rule: 'range', detail: pointer });
  const problem = new Problem(422, 'x', 'x', [at('/holdout_share'), at('/detector/half_life_days'), at('/costs/email_minor'), at('/threshold')]);
  expect(Object.keys(policyErrors(problem))).toEqual(['holdout_percent', 'half_life_days', 'email_cost', 'threshold']);
});

describe('the question of a preview', () => {
  test('holds what decides how much is written', () => {
    expect(toPreview({ ...form, threshold: 42, holdout_percent: 12.5 })).toEqual({ threshold: 42, detector: policy.detector, daily_episodes: 50, cap_days: 30, holdout_share: 0.125 });
  });

  test.each<[keyof PolicyForm, number | string]>([
    ['threshold', ''],
    ['threshold', 9.9],
    ['threshold', 90.1],
    ['daily_episodes', -1],
    ['cap_days', 366],
    ['holdout_percent', 51],
    ['half_life_days', 29],
    ['chance_percent', 0],
    ['fade_gaps', '-'],
  ])('is not asked while %s is %s', (field, value) => {
    expect(toPreview({ ...form, [field]: value })).toBeNull();
  });
});
