// SPDX-License-Identifier: AGPL-3.0-or-later
// Defects of an early system of this kind, of its decisions, its queue and its mail: each test gives the input that went
// wrong there and asserts what is right. Numbers as in docs/defects.md; those of the model are in model.test.mjs.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Seed } from '../api/seed.mjs';
import { request } from '../api/http.mjs';
import { until } from '../story-real/shop.mjs';

const HOUR = 3600000, DAY = 24 * HOUR;
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');
let seed;

const client = (id) => seed.get(`/clients/${id}`);
const score = (id) => seed.get(`/clients/${id}/score`);
const emailsOf = async (id) => (await seed.get(`/clients/${id}/emails`)).items;
const order = (id, client_id, minor = 2500, at = seed.at) => seed.shop.batch([{ order: { id, client_id, ordered_at: iso(at), total_minor: minor } }]);
const post = (path, body, headers = {}) => seed.send({ method: 'POST', path: `/api/v1${path}`, body, headers });
const put = (path, body, headers = {}) => seed.send({ method: 'PUT', path: `/api/v1${path}`, body, headers });
const metric = async (name) => {
  const { text } = await seed.send({ method: 'GET', path: '/metrics' });
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.e+]+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
};
// Days go by, and the feed lives by the orders of somebody else.
async function days(count) {
  for (let i = 0; i < count; i++) {
    await seed.shop.batch([{ order: { id: seed.next('alive'), client_id: 'alive', ordered_at: iso(seed.at), total_minor: 2500 } }]);
    await seed.forward(DAY);
  }
}

before(async () => {
  seed = await Seed.start();
  await seed.shop.policy({ holdout_share: 0 });
  const products = ['coffee', 'tea'].flatMap((category) => [0, 1, 2].map((i) => ({ product: { id: `${category}-${i}`, name: `House ${category} ${'abc'[i]}`, category,
    url: `https://records.example/${category}/${i}`, price_minor: 1200 + i, currency: 'USD' } })));
  await seed.shop.batch([...products, ...seed.clientLines({ id: 'alive', silent: 1, gaps: 20 })]);
  await seed.forward(0);
});
after(() => seed?.stop());

describe('decisions', () => {
  it('d01_everybody_who_falls_silent_is_noticed_in_the_end', async () => {
    const ids = [];
    for (const gaps of [0, 1, 3, 12]) ids.push(await seed.makeClient('silent', { silent: 5, gaps }));
    for (const id of ids) {
      const { due_at, score: now, threshold } = await score(id);
      assert.ok(now > threshold, 'nobody is due yet');
      assert.ok(Date.parse(due_at) > seed.at && Date.parse(due_at) < seed.at + 2 * 365 * DAY, `${id} will be due: ${due_at}`);
    }
    const written = async () => (await Promise.all(ids.map(emailsOf))).filter((emails) => emails.length > 0).length;
    for (const end = seed.at + 2 * 365 * DAY; seed.at < end && await written() < ids.length;) await days(10); // the shop's scale moves with time, and due moments with it
    assert.equal(await written(), ids.length);
  });

  it('d02_who_has_no_score_is_never_written_to', async () => {
    await seed.shop.batch([{ client: { id: 'newcomer', email: 'newcomer@clients.example', locale: 'en-GB',
      consent: { status: 'subscribed', basis: 'explicit', source: 'checkout', at: iso(seed.at) } } }]);
    await days(120);
    const { engagement } = await client('newcomer');
    assert.deepEqual([engagement.score, engagement.due_at, engagement.episode_id], [null, null, null]);
    assert.deepEqual(await emailsOf('newcomer'), []);
  });

  it('d03_a_score_that_somebody_sends_is_refused_and_not_used', async () => {
    const id = await seed.makeClient('claimed');
    const before = (await score(id)).score;
    for (const field of ['engagementScore', 'engagement_score', 'score', 'engagement']) {
      const answer = await put(`/clients/${id}`, { email: `${id}@clients.example`, [field]: field === 'engagement' ? { score: 10 } : 10 });
      assert.equal(answer.status, 422, field);
      assert.equal(answer.json.errors[0].pointer, `/${field}`);
    }
    assert.equal((await score(id)).score, before);
  });

  it('d04_silence_alone_sets_it_off_and_an_order_does_not', async () => {
    const id = await seed.makeClient('quiet', { silent: 3, gaps: 8 });
    await order(seed.next('just-now'), id);
    await seed.forward(0);
    assert.deepEqual(await emailsOf(id), [], 'nobody is written to for having ordered');
    const due = Date.parse((await score(id)).due_at);
    while (seed.at + DAY < due) await days(1);
    assert.deepEqual(await emailsOf(id), [], 'nor before the moment');
    await days(2); // nothing is said of this client: only time goes by
    assert.equal((await emailsOf(id)).length, 1);
  });

  it('d05_mail_does_not_move_the_score_and_the_score_has_no_cliffs', async () => {
    const id = await seed.makeClient('mailed', { silent: 25, gaps: 6 });
    const twin = await seed.makeClient('unmailed', { silent: 25, gaps: 6 });
    const asked = await post(`/clients/${id}/draft`, { reason: 'for a test' });
    assert.equal(asked.status, 202);
    const draft = await until('the draft', async () => (await emailsOf(id)).find(({ status }) => status === 'in_review'));
    const email = await seed.email(draft.id);
    await seed.act(email, 'approve', { content_hash: email.content_hash });
    await seed.forward(15000);
    assert.equal((await seed.email(draft.id)).status, 'sent');
    assert.equal((await score(id)).score, (await score(twin)).score, 'the same orders, the same score');
    assert.deepEqual(Object.keys((await score(id)).parts).sort(), ['frequency', 'recency', 'value']);
    const { curve } = await score(twin);
    const steps = curve.slice(1).map((point, i) => ({ days: (Date.parse(point.at) - Date.parse(curve[i].at)) / DAY, fall: curve[i].score - point.score }));
    for (const { days: length, fall } of steps.filter((step) => step.days > 0)) assert.ok(fall <= 4 * Math.max(length, 1), `falls ${fall} points within ${length} days`);
  });

  it('d06_a_date_that_cannot_be_read_is_refused_and_nothing_is_stored', async () => {
    const id = await seed.makeClient('dated');
    for (const ordered_at of ['yesterday', '2026-13-01', '2026-02-30T00:00:00Z', '']) {
      const answer = await post('/orders', { id: seed.next('bad'), client_id: id, ordered_at, total_minor: 100 });
      assert.equal(answer.status, 422, ordered_at);
      assert.equal(answer.json.errors[0].pointer, '/ordered_at');
    }
    const consent = await put(`/clients/${id}`, { email: `${id}@clients.example`, consent: { status: 'subscribed', at: 'not a date', source: 'checkout' } });
    assert.equal(consent.status, 422);
    assert.equal((await client(id)).engagement.order_count, 5);
  });

  it('d07_a_draft_that_staff_ask_for_changes_no_score', async () => {
    const id = await seed.makeClient('forced', { silent: 4, gaps: 8 });
    const before = await score(id);
    assert.equal((await post(`/clients/${id}/draft`, { reason: 'for a test' })).status, 202);
    await until('the draft', async () => (await emailsOf(id)).find(({ status }) => status === 'in_review'));
    const { score: now, due_at, parts } = await score(id);
    assert.deepEqual([now, due_at, parts], [before.score, before.due_at, before.parts]);
    const { items } = await seed.get('/episodes?limit=200');
    assert.equal(items.find(({ client_id }) => client_id === id).arm, 'forced', 'and it is told apart in the proof');
  });
});

describe('queue and concurrency', () => {
  it('d10_a_write_is_one_change_and_one_email', async () => {
    const id = await seed.makeClient('once');
    const before = await metric('rekindle_changes_relayed_total');
    await order(seed.next('one'), id);
    await until('the change', async () => (await metric('rekindle_changes_relayed_total')) > before);
    await seed.forward(0);
    assert.equal(await metric('rekindle_changes_relayed_total') - before, 1);
  });

  it('d11_what_the_program_writes_itself_sets_nothing_off', async () => {
    const id = await seed.makeClient('still', { silent: 20, gaps: 6 });
    await post(`/clients/${id}/draft`, { reason: 'for a test' });
    await until('the draft', async () => (await emailsOf(id)).find(({ status }) => status === 'in_review'));
    const scored = await metric('rekindle_scored_total');
    await seed.forward(HOUR);
    assert.equal(await metric('rekindle_scored_total'), scored, 'an email of ours is no reason to score');
    assert.equal((await emailsOf(id)).length, 1);
  });

  it('d12_two_writers_lose_nothing_of_each_other', async () => {
    const id = await seed.makeClient('shared', { silent: 20, gaps: 6 });
    const answer = await seed.send({ method: 'GET', path: `/api/v1/clients/${id}` });
    const patch = (body) => seed.send({ method: 'PATCH', path: `/api/v1/clients/${id}`, body, headers: { 'if-match': answer.headers.etag } });
    const codes = (await Promise.all([patch({ first_name: 'Ada' }), patch({ first_name: 'Bea' })])).map(({ status }) => status).sort();
    assert.deepEqual(codes, [200, 412]);
    const { engagement } = await client(id);
    assert.equal((await put(`/clients/${id}`, { email: `${id}@clients.example`, first_name: 'Cleo', locale: 'en-GB' })).status, 200);
    const after = await client(id);
    assert.deepEqual([after.engagement.order_count, after.engagement.total_minor, after.engagement.due_at], [engagement.order_count, engagement.total_minor, engagement.due_at]);
    assert.equal(after.consent.status, 'subscribed', 'an upsert that says nothing of consent takes none away');
  });

  it('d14_ids_do_not_collide_and_a_repeated_call_is_one_order', async () => {
    const id = await seed.makeClient('many', { gaps: 0 });
    const one = (n) => post('/orders', { client_id: id, ordered_at: iso(seed.at - n * DAY), total_minor: 100 + n }, { 'idempotency-key': `d14-${n}` });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => one(n % 20)));
    const made = new Map();
    for (const [i, answer] of answers.entries()) {
      if (answer.status === 409) continue; // the first one was still running
      assert.ok([200, 201].includes(answer.status), answer.text);
      assert.equal(made.get(i % 20) ?? answer.json.id, answer.json.id, 'the same call, the same order');
      made.set(i % 20, answer.json.id);
    }
    assert.equal(new Set(made.values()).size, 20);
    await until('all to count', async () => (await client(id)).engagement.order_count === 21);
  });

  it('d15_an_order_reaches_score_episode_and_draft', async () => {
    const draft = await seed.inReview('returning');
    const before = await client(draft.client_id);
    await order(seed.next('back'), draft.client_id, 9900);
    const cancelled = await until('the draft to be cancelled', async () => {
      const email = await seed.email(draft.id);
      return email.status === 'cancelled' && email;
    });
    assert.equal(cancelled.reason, 'ordered_since');
    const now = await client(draft.client_id);
    assert.ok(now.engagement.score > before.engagement.score);
    assert.equal(now.engagement.total_minor, before.engagement.total_minor + 9900);
  });
});

describe('access', () => {
  it('d26_nobody_without_a_key_reads_a_client_or_sets_off_a_draft', async () => {
    const id = await seed.makeClient('private');
    for (const [method, path] of [['GET', '/clients'], ['GET', `/clients/${id}`], ['GET', '/emails'], ['POST', `/clients/${id}/draft`], ['PUT', `/clients/${id}`], ['DELETE', `/clients/${id}`]]) {
      const answer = await request({ method, path: `/api/v1${path}`, port: seed.shop.port, headers: { origin: 'https://evil.example', 'content-type': 'application/json' }, body: method === 'GET' || method === 'DELETE' ? undefined : '{"reason":"x"}' });
      assert.equal(answer.status, 401, `${method} ${path}`);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
      assert.ok(!answer.text.includes('private'));
    }
    assert.deepEqual(await emailsOf(id), []);
  });
});

describe('email', () => {
  it('d27_sent_means_that_the_relay_took_it', async () => {
    const taken = await seed.handedOver('taken');
    assert.equal(taken.status, 'sent');
    assert.equal(seed.relay.messages.filter(({ recipient }) => recipient === `${taken.client_id}@clients.example`).length, 1);
    const refused = await seed.handedOver('refused');
    assert.equal(refused.status, 'failed');
    assert.equal(seed.messageOf(taken).length > 0 && seed.relay.messageFor(`${refused.client_id}@clients.example`), undefined);
  });

  it('d28_nothing_leaves_without_consent_approval_address_and_a_way_out', async () => {
    const waiting = await seed.inReview('unapproved');
    await days(3);
    assert.equal(seed.relay.messageFor(`${waiting.client_id}@clients.example`), undefined, 'nobody approved it');
    const id = await seed.makeClient('nobody');
    await put(`/clients/${id}`, { email: `${id}@clients.example`, locale: 'en-GB', consent: { status: 'unsubscribed', source: 'phone', at: iso(seed.at) } });
    const asked = await post(`/clients/${id}/draft`, { reason: 'for a test' });
    assert.equal(asked.status, 422);
    assert.match(asked.text, /consent/);
    const text = seed.messageOf(await seed.sent());
    for (const part of [/^List-Unsubscribe: </m, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m, /text\/plain/, /text\/html/, /1 Main Street/])
      assert.match(text, part);
  });

  it('d30_an_address_or_amount_that_is_missing_or_no_number_is_never_taken_for_zero', async () => {
    const id = seed.next('addressless');
    const lines = seed.clientLines({ id, silent: 20, gaps: 4 });
    delete lines[0].client.email;
    await seed.shop.batch(lines);
    await seed.forward(0);
    const asked = await post(`/clients/${id}/draft`, { reason: 'for a test' });
    assert.equal(asked.status, 422);
    assert.match(asked.text, /address|email/);
    for (const total_minor of ['abc', '12', 1.5, -1]) {
      const answer = await post('/orders', { id: seed.next('amount'), client_id: id, ordered_at: iso(seed.at), total_minor });
      assert.equal(answer.status, 422, JSON.stringify(total_minor));
      assert.equal(answer.json.errors[0].pointer, '/total_minor');
    }
  });

  it('d31_what_happens_is_counted_noted_and_logged_once', async () => {
    const draft = await seed.inReview('noted');
    const approved = await seed.act(draft, 'approve', { content_hash: draft.content_hash });
    await seed.forward(15000);
    const lines = seed.shop.log.split('\n').filter((line) => line.includes(draft.id));
    const events = lines.map((line) => line.split(' ').slice(1, 3).join(' '));
    assert.equal(events.filter((event) => event.endsWith('email_drafted')).length, 1, lines.join('\n'));
    assert.equal(events.filter((event) => event.endsWith('email_reviewed')).length, 1);
    for (const name of ['rekindle_drafts_total', 'rekindle_reviews_total', 'rekindle_sends_total', 'rekindle_scored_total']) assert.ok(await metric(name) > 0, name);
    const { items } = await seed.get(`/audit?subject=${approved.id}`);
    assert.ok(items.length >= 2, `the audit has ${items.map(({ action }) => action).join(', ')}`);
  });
});
