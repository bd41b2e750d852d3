// SPDX-License-Identifier: AGPL-3.0-or-later
// The mock shop's proof and decisions: forty weeks of results, a preview that answers to what is asked, a tuning proposal
// that can be confirmed, declined or looked for again, and an audit log that remembers the acts.
import { problem } from './contract.mjs';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-24T09:12:00Z');
const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();

/** An interval of the width that so many people give. */
const interval = (/** @type {number} */ estimate, /** @type {number} */ people) => {
  const radius = 1.667 / Math.sqrt(people);
  return { estimate, low: estimate - radius, high: estimate + radius };
};

const arm = (/** @type {number} */ people, /** @type {number} */ rate, /** @type {number} */ mailed = 0) => {
  const reordered = Math.round(people * rate);
  return { people, emailed: Math.round(people * mailed), reordered, rate: people === 0 ? null : reordered / people, revenue_minor: reordered * 3784 };
};

const slice = (/** @type {string} */ name, /** @type {string} */ from, /** @type {number} */ people, /** @type {number} */ lift) => ({
  name,
  from,
  treated: arm(Math.round(people * 0.8), 0.114 + lift, 0.917),
  holdout: arm(Math.round(people * 0.2), 0.114),
  lift: people < 200 ? null : interval(lift, people),
});

/** Forty weeks whose line wanders less and less as people come in. */
function series() {
  return Array.from({ length: 41 }, (_, week) => {
    const people = Math.round((2630 * week) / 40);
    const estimate = 0.0345 + (0.05 * Math.sin(week * 1.9) + 0.03 * Math.cos(week * 0.7)) / (1 + week / 4);
    return { at: iso(Date.parse('2026-11-17T00:00:00Z') - (40 - week) * 7 * DAY_MS), people, lift: people < 120 ? null : interval(week === 40 ? 0.0345 : estimate, people) };
  });
}

const months = ['2026-10', '2026-09', '2026-08', '2026-07', '2026-06', '2026-05', '2026-04', '2026-03', '2026-02'];

function results(/** @type {any} */ example, /** @type {number} */ window) {
  return {
    ...example,
    window_days: window,
    series: series(),
    months: months.map((name, i) => slice(name, `${name}-01T06:00:00Z`, 390 - i * 28, 0.03 + 0.012 * Math.sin(i))),
    bands: [slice('drifting', '2026-02-01T08:00:00Z', 2410, 0.036), slice('lost', '2026-02-03T08:00:00Z', 220, 0.01)],
    strata: [slice('5f2c0e0d7a4b due', '2026-06-01T08:00:00Z', 1500, 0.038), slice('81c3aa02f9d1 due', '2026-02-01T08:00:00Z', 910, 0.031), slice('81c3aa02f9d1 backlog', '2026-02-03T08:00:00Z', 220, 0.01)],
  };
}

/** An effect under a threshold: a higher one finds more silences, the limit and the cap let fewer through. */
function effect(/** @type {any} */ policy, /** @type {number} */ error) {
  const wider = 2 ** ((policy.threshold - 50) / 14);
  const figure = (/** @type {number} */ value) => ({ value, error: error * value });
  const span = (/** @type {number} */ days) => {
    const episodes = 102 * days * wider;
    const mailable = Math.min(policy.daily_episodes * days, episodes * 0.55 * (1 - Math.min(0.5, policy.cap_days / 700)));
    return { days, episodes: figure(episodes), emails: figure(mailable * (1 - policy.holdout_share)), holdout: figure(mailable * policy.holdout_share) };
  };
  return { past: span(90), next: span(30), backlog: figure(41_000 * wider ** 0.4) };
}

const chance = { kind: 'chance', half_life_days: 90, rhythm_power: 0.25, fade_gaps: 6, chance: 0.12 };
const measure = { alarms: 1210, client_months: 13_500, alarms_per_100_client_months: 8.96, judged: 1170, wasted_se: 0.008, median_silence_days_se: 1.4, final_silences: 640, final_silences_alarmed: 0.99, final_silences_alarmed_se: 0.002 };
const row = (/** @type {any} */ detector, /** @type {number} */ threshold, /** @type {number} */ wasted, /** @type {number} */ silence, /** @type {object} */ marks = {}) => ({ detector, threshold, ...measure, wasted, median_silence_days: silence, wasted_difference_se: 0.004, same_rate: true, keeps_promise: true, chosen: false, default: false, ...marks });

function proposal(/** @type {any} */ example) {
  const { detector } = example;
  const base = (/** @type {number} */ half_life_days, /** @type {number} */ rhythm_power) => ({ ...detector, half_life_days, rhythm_power });
  return {
    ...example,
    table: [
      row(detector, 47.5, 0.09, 48, { chosen: true }),
      row(base(90, 0.25), 50, 0.101, 50, { default: true }),
      row(base(60, 0.5), 48.1, 0.097, 47),
      row(base(180, 0.1), 61.3, 0.108, 55),
      row({ ...base(90, 0), kind: 'rfm' }, 49.2, 0.112, 52),
      row(chance, 50, 0.118, 41, { final_silences_alarmed: 0.95 }),
    ],
    dial: [30, 35, 40, 44, 47.5, 50, 54, 58, 62, 66].map((threshold, i) => ({ threshold, wasted: 0.045 + 0.011 * i, median_silence_days: 92 - 9.5 * i, wasted_se: 0.008, chance: 0.05, episodes_per_day: 1.6 + 0.36 * i })),
  };
}

/**
 * @param {(operationId: string) => any} ex
 * @returns {Partial<Record<string, import('./contract.mjs').Handler>>}
 */
export function mockProof(ex) {
  const policy = ex('getPolicy');
  const tuning = { ...ex('getTuning'), proposal: proposal(ex('getTuning').proposal) };
  const audit = [
    { ...ex('listAudit').items[0], at: iso(NOW - 3_600_000) },
    { id: '0192f0a1-0000-7000-8000-0000000000a0', at: iso(NOW - 9 * 3_600_000), actor: 'rekindle', action: 'scale.fitted', subject: 'scale', detail: { gap_days: { before: 44.2, after: 45.97 }, mu_minor: { before: 3581, after: 3596 } }, seal: '000000000001' },
  ];
  const note = (/** @type {string} */ action, /** @type {string} */ subject, /** @type {object} */ detail) => {
    audit.unshift({ id: crypto.randomUUID(), at: iso(NOW), actor: '0192f0a1-0000-7000-8000-000000000001', action, subject, detail, seal: null });
  };
  const ok = (/** @type {any} */ body) => ({ status: 200, body });
  const save = (/** @type {object} */ change, /** @type {string} */ action) => {
    Object.assign(policy, change, { version: policy.version + 1 });
    note(action, 'policy', { version: { before: policy.version - 1, after: policy.version } });
    return ok(policy);
  };
  const fresh = (/** @type {Headers} */ headers, /** @type {() => any} */ act) =>
    headers.get('if-match') === `"${String(policy.version)}"` ? act() : { status: 412, body: problem(412, 'The record moved on', 'Somebody changed it since you read it.') };
  let looks = 0;
  return {
    getResults: ({ query, example }) => ok(results(example, Number(query.get('window') ?? 30))),
    getPolicy: () => ok(policy),
    putPolicy: ({ body, headers }) => fresh(headers, () => save({ .../** @type {object} */ (body), version: policy.version }, 'policy.saved')),
    rotateSalt: ({ headers }) => fresh(headers, () => save({ holdout_salt: crypto.randomUUID() }, 'salt.rotated')),
    previewPolicy: ({ body, example }) => {
      const { exact = false, ...asked } = /** @type {any} */ (body);
      const error = exact ? 0 : 0.066;
      return ok({ .../** @type {object} */ (example), basis: exact ? 'exact' : 'sample', looked_at: exact ? 100_000 : 4000, now: effect(policy, error), then: effect({ ...policy, ...asked }, error) });
    },
    getTuning: () => {
      if (tuning.status === 'running' && ++looks > 2) Object.assign(tuning, { status: 'pending', proposal: proposal(ex('getTuning').proposal) });
      return ok(tuning);
    },
    runTuning: () => {
      looks = 0;
      return ok(Object.assign(tuning, { status: 'running', proposal: null }));
    },
    confirmTuning: ({ headers, body }) =>
      fresh(headers, () => {
        tuning.status = 'confirmed';
        return save({ detector: tuning.proposal.detector, threshold: /** @type {any} */ (body).threshold ?? tuning.proposal.threshold }, 'tuning.confirmed');
      }),
    declineTuning: () => ok(Object.assign(tuning, { status: 'declined' })),
    listAudit: () => ok({ items: audit, next_cursor: null }),
  };
}
