// SPDX-License-Identifier: AGPL-3.0-or-later
// Between the policy record and its form: percent for shares, whole money for minor units, a switch for on and off, flat
// quiet hours and detector. What the form does not show is carried over; an empty optional field states nothing.
import type { Detector, Policy, PolicyPreview } from '../../../api/gen';
import { fieldErrors, type Problem } from '../../../api/problem';
import { minorDigits } from '../../../lib/format';

/** Number fields are empty text while somebody types. */
type Typed = number | string;

export type DetectorKind = NonNullable<Detector['kind']>;

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
  detector_kind: DetectorKind;
  half_life_days: Typed;
  rhythm_power: Typed;
  fade_gaps: Typed;
  chance_percent: Typed;
  margin_percent: Typed;
  review_hour: Typed;
  email_cost: Typed;
  usual_gap_days: Typed;
}

/** A share as a percentage without the dust of binary fractions. */
const toPercent = (share: number): number => Math.round(share * 100_000) / 1000;
const orEmpty = (value: number | null | undefined): Typed => value ?? '';
const orNull = (typed: Typed): number | null => (typed === '' ? null : Number(typed));

/** @param currency of the shop, in which the costs are shown */
export function fromPolicy(policy: Policy, currency: string): PolicyForm {
  const unit = 10 ** minorDigits(currency);
  const major = (minor: number | null | undefined): Typed => (minor == null ? '' : minor / unit);
  return {
    drafting: policy.drafting === 'on',
    threshold: policy.threshold,
    daily_episodes: policy.daily_episodes,
    max_in_review: policy.max_in_review,
    review_days: policy.review_days,
    holdout_percent: toPercent(policy.holdout_share),
    cap_days: policy.cap_days,
    feed_max_age_hours: policy.feed_max_age_hours,
    backlog_max_silence_days: policy.backlog_max_silence_days,
    quiet_from: policy.quiet_hours.from,
    quiet_to: policy.quiet_hours.to,
    detector_kind: policy.detector.kind ?? 'score',
    half_life_days: policy.detector.half_life_days,
    rhythm_power: policy.detector.rhythm_power,
    fade_gaps: policy.detector.fade_gaps,
    chance_percent: toPercent(policy.detector.chance ?? 0.05),
    margin_percent: policy.gross_margin === null ? '' : toPercent(policy.gross_margin),
    review_hour: major(policy.costs?.review_hour_minor),
    email_cost: major(policy.costs?.email_minor),
    usual_gap_days: orEmpty(policy.usual_gap_days),
  };
}

function toDetector(form: PolicyForm): Detector {
  return {
    kind: form.detector_kind,
    half_life_days: Number(form.half_life_days),
    rhythm_power: Number(form.rhythm_power),
    fade_gaps: Number(form.fade_gaps),
    chance: Number(form.chance_percent) / 100,
  };
}

export function toPolicy(policy: Policy, form: PolicyForm, currency: string): Policy {
  const unit = 10 ** minorDigits(currency);
  const minor = (major: Typed): number | null => (major === '' ? null : Math.round(Number(major) * unit * 1e6) / 1e6);
  const margin = orNull(form.margin_percent);
  return {
    ...policy,
    drafting: form.drafting ? 'on' : 'off',
    threshold: Number(form.threshold),
    detector: toDetector(form),
    daily_episodes: Number(form.daily_episodes),
    max_in_review: Number(form.max_in_review),
    review_days: Number(form.review_days),
    holdout_share: Number(form.holdout_percent) / 100,
    cap_days: Number(form.cap_days),
    feed_max_age_hours: Number(form.feed_max_age_hours),
    backlog_max_silence_days: Number(form.backlog_max_silence_days),
    quiet_hours: { from: form.quiet_from, to: form.quiet_to },
    gross_margin: margin === null ? null : margin / 100,
    usual_gap_days: orNull(form.usual_gap_days),
    costs: { review_hour_minor: minor(form.review_hour), email_minor: minor(form.email_cost) },
  };
}

type Field = keyof PolicyForm;
const needed: readonly Field[] = ['threshold', 'daily_episodes', 'max_in_review', 'review_days', 'holdout_percent', 'cap_days', 'feed_max_age_hours', 'backlog_max_silence_days', 'half_life_days', 'rhythm_power', 'fade_gaps', 'chance_percent'];

/** Empty fields are not zero; the server checks the ranges. */
export function validatePolicy(form: PolicyForm): Partial<Record<Field, string>> {
  const errors: Partial<Record<Field, string>> = {};
  for (const name of needed) {
    if (form[name] === '' || !Number.isFinite(Number(form[name]))) errors[name] = 'A number is needed';
  }
  for (const name of ['quiet_from', 'quiet_to'] as const) {
    if (form[name] === '') errors[name] = 'A time is needed';
  }
  return errors;
}

/** The form's field for a field of the record, where the names differ. */
const fields: Record<string, Field> = {
  holdout_share: 'holdout_percent',
  'quiet_hours.from': 'quiet_from',
  'quiet_hours.to': 'quiet_to',
  'detector.kind': 'detector_kind',
  'detector.half_life_days': 'half_life_days',
  'detector.rhythm_power': 'rhythm_power',
  'detector.fade_gaps': 'fade_gaps',
  'detector.chance': 'chance_percent',
  gross_margin: 'margin_percent',
  'costs.review_hour_minor': 'review_hour',
  'costs.email_minor': 'email_cost',
};

/** What the server found wrong, by field of the form. */
export function policyErrors(problem: Problem): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldErrors(problem)).map(([name, detail]) => [fields[name] ?? name, detail]));
}

/** Ranges that a preview may be asked for, as the contract has them. */
const ranges: Partial<Record<Field, readonly [number, number]>> = {
  threshold: [10, 90],
  daily_episodes: [0, 100_000],
  holdout_percent: [0, 50],
  cap_days: [0, 365],
  half_life_days: [30, 360],
  rhythm_power: [0, 0.5],
  fade_gaps: [4, 9],
  chance_percent: [0.1, 90],
};

/** What to ask a preview of; null while a field that matters for it is empty or out of its range. */
export function toPreview(form: PolicyForm): PolicyPreview | null {
  for (const [name, [low, high]] of Object.entries(ranges)) {
    const value = form[name as Field];
    if (value === '' || !(Number(value) >= low && Number(value) <= high)) return null;
  }
  return {
    threshold: Number(form.threshold),
    detector: toDetector(form),
    daily_episodes: Number(form.daily_episodes),
    cap_days: Number(form.cap_days),
    holdout_share: Number(form.holdout_percent) / 100,
  };
}
