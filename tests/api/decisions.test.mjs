// SPDX-License-Identifier: AGPL-3.0-or-later
// The numbers behind decisions, against a shop whose history the test made itself: the results equal a count of what was
// done, the preview equals what then happens, a change of policy says who made it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '../story-real/shop.mjs';
import { Seed } from './seed.mjs';
import { checkAnswer, operation } from './spec.mjs';

const DAY = 86400000, PEOPLE = 60, EMAILED = 5, SPENT = 4000;
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

let seed, arms; // client id -> arm
const preview = (body) => seed.send({ method: 'POST', path: '/api/v1/policy/preview', body }).then((answer) => {
  assert.equal(answer.status, 200, answer.text);
  checkAnswer(operation('previewPolicy'), answer);
  return answer.json;
});
const results = async (window = 30) => {
  const answer = await seed.send({ method: 'GET', path: `/api/v1/results?window=${window}` });
  assert.equal(answer.status, 200, answer.text);
  checkAnswer(operation('getResults'), answer);
  return answer.json;
};
const order = (client, minor = SPENT) => seed.shop.batch([{ order: { id: seed.next('back'), client_id: client, ordered_at: iso(seed.at), total_minor: minor } }]);

// A day goes by in a shop whose feed lives.
async function day() {
  await seed.shop.batch([{ order: { id: seed.next('steady'), client_id: `steady-${seed.count % 7}`, ordered_at: iso(seed.at), total_minor: 2500 } }]);
  await seed.forward(DAY);
}
async function days(count) {
  for (let i = 0; i < count; i++) await day();
}

// Approves what waits in review, each after it was open for a minute, until there are `count` in all.
let approved = 0;
async function approveUpTo(count) {
  for (const { id } of (await seed.get('/emails?status=in_review&limit=200')).items.slice(0, count - approved)) {
    const email = await seed.email(id);
    await seed.act(email, 'approve', { content_hash: email.content_hash, review_ms: 60000 });
    approved++;
  }
}
const episodes = () => seed.shop.all('/episodes');

before(async () => {
  seed = await Seed.start();
  const people = [
    ...Array.from({ length: PEOPLE }, (_, i) => ({ id: `p-${i}`, silent: 48 - i / 12, gaps: 21 })),
    ...Array.from({ length: 5 }, (_, i) => ({ id: `late-${i}`, silent: 140 + i, gaps: 8 })),
    ...Array.from({ length: 7 }, (_, i) => ({ id: `steady-${i}`, silent: i, gaps: 28 })),
  ];
  await seed.shop.batch(people.flatMap((person) => seed.clientLines(person)));
  await seed.forward(0); // all of it is scored
});
after(() => seed?.stop());

describe('the preview', () => {
  it('says of the coming days what then happens', async () => {
    const ahead = await preview({ next_days: 30 });
    assert.equal(ahead.basis, 'exact');
    const began = (await episodes()).length;
    assert.equal(ahead.now.backlog.value, 5);
    for (let i = 0; i < 30; i++) {
      await approveUpTo(EMAILED);
      await day();
    }
    const opened = (await episodes()).length - began, { value } = ahead.now.next.episodes;
    assert.equal(opened, PEOPLE, 'all that were about to drift');
    assert.ok(value > 0.9 * opened && value <= opened, `each is weighed with the chance that nobody orders before: ${value}`);
  });

  it('says of the days gone by what happened', async () => {
    const back = await preview({ past_days: 30 });
    const seen = (await episodes()).filter(({ due_at: at }) => Date.parse(at) >= seed.at - 30 * DAY);
    assert.equal(back.now.past.episodes.value, seen.length);
    const drawn = seen.filter(({ arm }) => ['treated', 'holdout'].includes(arm)).length;
    assert.equal(back.now.past.emails.value + back.now.past.holdout.value, drawn);
    assert.ok(Math.abs(back.now.past.holdout.value - 0.3 * drawn) < 0.1, 'the share, not the draw');
  });

  it('sees a limit, a cap, a share and a threshold that would have been others', async () => {
    const { now, then: limited } = await preview({ past_days: 30, daily_episodes: 1 });
    assert.deepEqual(limited.past.episodes, now.past.episodes, 'a limit hides no silence');
    const first = Math.min(...(await episodes()).map(({ due_at: at }) => Date.parse(at)));
    assert.equal(limited.past.emails.value + limited.past.holdout.value, Math.ceil((seed.at - first) / DAY), 'one a day since the first');
    const { then: shared } = await preview({ past_days: 30, holdout_share: 0 });
    assert.equal(shared.past.holdout.value, 0);
    assert.equal(shared.past.emails.value, now.past.emails.value + now.past.holdout.value);
    const { then: late } = await preview({ past_days: 30, threshold: 20 });
    assert.equal(late.past.episodes.value, 5, 'only those who were late from the beginning');
    const { then: slow } = await preview({ past_days: 30, detector: { half_life_days: 180 } });
    assert.ok(slow.past.episodes.value < now.past.episodes.value);
    const { then: chance } = await preview({ past_days: 30, detector: { kind: 'chance', chance: 0.9 } });
    assert.ok(chance.past.episodes.value > 0, 'the prior knows a chance of a shop too small for one of its own');
  });
});

describe('the results', () => {
  it('count everyone once, in the arm drawn, as soon as the window has closed', async () => {
    arms = new Map((await episodes()).map(({ client_id: client, arm }) => [client, arm]));
    const count = (arm) => [...arms.values()].filter((one) => one === arm).length;
    assert.ok(count('treated') > 30 && count('holdout') > 10, [...arms.values()].join(' '));
    const before = await results();
    assert.equal(before.treated.people + before.holdout.people + before.outside.open, PEOPLE);
    await days(31);
    const then = await results();
    assert.deepEqual([then.treated.people, then.holdout.people, then.outside.open], [count('treated'), count('holdout'), 0]);
    assert.deepEqual([then.treated.reordered, then.holdout.reordered], [0, 0]);
    assert.equal(then.treated.emailed, EMAILED);
    assert.equal(then.money.emails, EMAILED);
    assert.equal(then.verdict, 'not_enough_data');
    assert.equal((await results(90)).outside.open, PEOPLE, 'ninety days have not gone by');
  });

  it('have the time of review and the prices of the policy', async () => {
    await seed.shop.policy({ gross_margin: 0.5, costs: { review_hour_minor: 3000, email_minor: 2 } });
    const { money } = await results();
    assert.equal(money.review_hours, EMAILED / 60);
    assert.deepEqual(money.costs, { model_minor: 0, email_minor: 10, review_minor: 250, discount_minor: 0 });
    assert.equal(money.margin_minor, null, 'no interval, no margin');
  });

  it('count what came back within the window and what it spent, in both arms', async () => {
    // the same people once more cannot count: a new shop of them, one in three of each arm comes back ten days after
    const people = Array.from({ length: PEOPLE }, (_, i) => ({ id: `q-${i}`, silent: 50, gaps: 21 }));
    await seed.shop.batch(people.flatMap((person) => seed.clientLines(person)));
    const had = await results();
    await until('their episodes', async () => {
      await day();
      return (await episodes()).filter(({ client_id: client, arm }) => client.startsWith('q-') && ['treated', 'holdout'].includes(arm)).length === PEOPLE;
    });
    await days(10);
    for (let i = 0; i < PEOPLE; i += 3) await order(`q-${i}`);
    await days(31);
    const drawn = new Map((await episodes()).filter(({ client_id: client }) => client.startsWith('q-')).map(({ client_id: client, arm }) => [client, arm]));
    const back = (arm) => Array.from({ length: PEOPLE / 3 }, (_, i) => `q-${3 * i}`).filter((client) => drawn.get(client) === arm).length;
    const now = await results();
    for (const arm of ['treated', 'holdout']) {
      assert.equal(now[arm].people - had[arm].people, [...drawn.values()].filter((one) => one === arm).length);
      assert.equal(now[arm].reordered - had[arm].reordered, back(arm), arm);
      assert.equal(now[arm].revenue_minor - had[arm].revenue_minor, back(arm) * SPENT);
    }
    assert.ok(back('treated') > 0 && back('holdout') > 0);
    assert.equal(now.verdict, 'not_shown');
    assert.match(now.sentence, /^Not yet: of \d+ people chosen for an email \(5 got it\) /);
    assert.ok(now.lift.low < 0 && now.lift.high > 0);
    assert.ok(Math.abs(now.recovered.estimate - now.lift.estimate * now.treated.people) < 1e-6, 'one stratum');
    assert.ok(now.recovered.low < now.recovered.estimate && now.recovered.estimate < now.recovered.high);
    assert.ok(Math.abs(now.treated.rate - now.holdout.rate - now.lift.estimate) < 1e-9);
    assert.ok(now.money.net_minor.low < now.money.margin_minor.low, 'costs come off');
    assert.equal(now.months.reduce((sum, { treated }) => sum + treated.people, 0), now.treated.people, 'months add up');
    assert.equal(now.bands.reduce((sum, { holdout }) => sum + holdout.people, 0), now.holdout.people, 'bands add up');
  });

  it('keep periods apart and forced drafts outside', async () => {
    const { strata, outside } = await results();
    const client = await seed.makeClient('forced');
    await seed.send({ method: 'POST', path: `/api/v1/clients/${client}/draft`, body: { reason: 'for a test' } });
    await seed.shop.policy({ holdout_share: 0.4 });
    await seed.shop.batch(Array.from({ length: 8 }, (_, i) => ({ id: `r-${i}`, silent: 50, gaps: 21 })).flatMap((person) => seed.clientLines(person)));
    await days(60);
    const now = await results();
    assert.equal(now.strata.length, strata.length + 1, 'another share, another period');
    assert.equal(now.outside.forced, outside.forced + 1);
    const sum = (arm) => now.strata.reduce((total, one) => total + one[arm].people, 0);
    assert.deepEqual([sum('treated'), sum('holdout')], [now.treated.people, now.holdout.people]);
  });
});

describe('the audit log', () => {
  it('names who changed what, from what to what', async () => {
    const { version, ...policy } = await seed.get('/policy');
    const put = await seed.send({ method: 'PUT', path: '/api/v1/policy', as: 'staff:admin', body: { ...policy, threshold: 48.5 }, headers: { 'if-match': `"${version}"` } });
    assert.equal(put.status, 200, put.text);
    const session = await seed.send({ method: 'GET', path: '/api/v1/session', as: 'staff:admin' });
    const me = (await seed.shop.all('/staff')).find(({ email }) => email === session.json.email);
    const entry = (await seed.shop.all('/audit')).find(({ detail }) => detail?.threshold?.after === 48.5);
    assert.deepEqual([entry.action, entry.actor, entry.detail], ['policy.saved', me.id, { threshold: { before: policy.threshold, after: 48.5 } }]);
  });

  it('a caller that knows nothing of the newer members of a policy changes none of them', async () => {
    await seed.shop.policy({ usual_gap_days: 45 });
    const { version, usual_gap_days: gap, costs, ...rest } = await seed.get('/policy');
    const { kind, chance, ...detector } = rest.detector;
    assert.deepEqual([gap, costs, kind], [45, { review_hour_minor: 3000, email_minor: 2 }, 'score']);
    const put = await seed.send({ method: 'PUT', path: '/api/v1/policy', body: { ...rest, detector, threshold: 47 }, headers: { 'if-match': `"${version}"` } });
    assert.equal(put.status, 200, put.text);
    assert.deepEqual([put.json.usual_gap_days, put.json.costs, put.json.detector.chance, put.json.threshold], [gap, costs, chance, 47]);
  });
});

describe('the tuning', () => {
  it('proposes a detector from the history, as the file says, and takes a place of its dial into the policy', async () => {
    for (const args of [['simulate', '--clients', '500', '--to', iso(seed.at).slice(0, 10), '--out-dir', seed.shop.folder], ['import', 'orders', `${seed.shop.folder}/orders.csv`]]) {
      const { code, stderr } = await seed.shop.cli(args);
      assert.equal(code, 0, stderr);
    }
    await seed.forward(0);
    const asked = await seed.send({ method: 'POST', path: '/api/v1/tuning/run' });
    assert.equal(asked.status, 200, asked.text);
    await seed.tuned();
    const shown = await seed.send({ method: 'GET', path: '/api/v1/tuning' });
    checkAnswer(operation('getTuning'), shown);
    const { status, by, proposal } = shown.json;
    assert.deepEqual([status, /^key:/.test(by)], ['pending', true], shown.text);
    assert.equal(proposal.table.filter(({ chosen }) => chosen).length, 1);
    assert.equal(proposal.table.filter((row) => row.default).length, 1);
    assert.ok(proposal.dial.length > 1 && proposal.clients >= 500);
    const chance = proposal.detector.kind === 'chance', place = proposal.dial[0], value = chance ? place.chance : place.threshold;
    const { version } = await seed.get('/policy');
    const taken = await seed.send({ method: 'POST', path: '/api/v1/tuning/confirm', body: { threshold: value }, headers: { 'if-match': `"${version}"` } });
    assert.equal(taken.status, 200, taken.text);
    assert.equal(chance ? taken.json.detector.chance : taken.json.threshold, value);
    assert.equal(taken.json.detector.kind, proposal.detector.kind);
    const [entry] = (await seed.shop.all('/audit')).filter(({ action }) => action === 'tuning.confirmed');
    assert.equal(entry.actor, by);
  });

  it('a threshold that no detector can have is refused and the proposal still waits', async () => {
    await seed.makeProposal();
    const { version } = await seed.get('/policy');
    const refused = await seed.send({ method: 'POST', path: '/api/v1/tuning/confirm', body: { threshold: 0.5 }, headers: { 'if-match': `"${version}"` } });
    assert.deepEqual([refused.status, refused.json.errors[0].pointer], [422, '/threshold']);
    assert.equal((await seed.get('/tuning')).status, 'pending');
  });
});
