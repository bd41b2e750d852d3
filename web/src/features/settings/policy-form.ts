// SPDX-License-Identifier: AGPL-3.0-or-later
// Between the policy record and its form: percent for the share, a switch for on and off, flat quiet hours. What the
// form does not show is carried over.
import type { Policy } from '../../api/gen';

/** Number fields are empty text while somebody types. */
type Typed = number | string;

export interface PolicyForm {
  drafting: boolean;
  threshold: Typed;
  daily_episodes: Typed;
  max_in_review: Typed;
  review_days: Typed;
  holdout_percent: Typed;
  cap_days: Typed;
  feed_max_age_hours: Typed;
  backlog_max_silence_days: Typed;
  quiet_from: string;
  quiet_to: string;
}

export function fromPolicy(policy: Policy): PolicyForm {
  return {
    drafting: policy.drafting === 'on',
    threshold: policy.threshold,
    daily_episodes: policy.daily_episodes,
    max_in_review: policy.max_in_review,
    review_days: policy.review_days,
    holdout_percent: Math.round(policy.holdout_share * 1000) / 10,
    cap_days: policy.cap_days,
    feed_max_age_hours: policy.feed_max_age_hours,
    backlog_max_silence_days: policy.backlog_max_silence_days,
    quiet_from: policy.quiet_hours.from,
    quiet_to: policy.quiet_hours.to,
  };
}

export function toPolicy(policy: Policy, form: PolicyForm): Policy {
  return {
    ...policy,
    drafting: form.drafting ? 'on' : 'off',
    threshold: Number(form.threshold),
    daily_episodes: Number(form.daily_episodes),
    max_in_review: Number(form.max_in_review),
    review_days: Number(form.review_days),
    holdout_share: Number(form.holdout_percent) / 100,
    cap_days: Number(form.cap_days),
    feed_max_age_hours: Number(form.feed_max_age_hours),
    backlog_max_silence_days: Number(form.backlog_max_silence_days),
    quiet_hours: { from: form.quiet_from, to: form.quiet_to },
  };
}

/** Empty fields are not zero; the server checks the ranges. */
export function validatePolicy(form: PolicyForm): Partial<Record<keyof PolicyForm, string>> {
  const errors: Partial<Record<keyof PolicyForm, string>> = {};
  for (const name of ['threshold', 'daily_episodes', 'max_in_review', 'review_days', 'holdout_percent', 'cap_days', 'feed_max_age_hours', 'backlog_max_silence_days'] as const) {
    if (form[name] === '' || !Number.isFinite(Number(form[name]))) errors[name] = 'A number is needed';
  }
  for (const name of ['quiet_from', 'quiet_to'] as const) {
    if (form[name] === '') errors[name] = 'A time is needed';
  }
  return errors;
}
