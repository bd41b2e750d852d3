// SPDX-License-Identifier: AGPL-3.0-or-later
// A small shop made through the API alone, and callers of every role. It has a history (episodes of both arms, a backlog,
// drafts), and makes further clients and emails in a wanted state on demand, so that no test uses up another's.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { KEYS } from '../story-real/replay.mjs';
import { Shop, until } from '../story-real/shop.mjs';
import { openStream, request } from './http.mjs';
import { Relay } from './relay.mjs';
import { doc, resolve } from './spec.mjs';

const HOUR = 3600000, DAY = 24 * HOUR;
const START = Date.parse('2026-03-02T10:00:00Z');
export const PASSWORD = 'correct horse battery staple';
export const STAFF = ['viewer', 'reviewer', 'admin'];
export const SCOPES = ['read', 'ingest', 'admin', 'delivery'];
export const RAW = '{"subject":"<b>as it came</b>"}'; // what a model said in makeCall
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

// The build with sanitizers where there is one: a fault of memory then ends the program, and with it the test.
const BIN = [process.env.REKINDLE_BIN_SAN, process.env.REKINDLE_BIN].find((file) => file && existsSync(file)) ?? path.resolve('build/rekindle');
const SANITIZERS = { ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0', UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1' };

export class Seed {
  // rehearsal: no relay, mail is kept in the house.
  static async start({ bin = BIN, rehearsal = false, env = {} } = {}) {
    const seed = new Seed();
    try {
      await seed.begin(bin, rehearsal, env);
    } catch (error) { // nothing may stay open, or the test run would wait for it
      await seed.shop?.remove();
      await seed.relay?.stop();
      throw error;
    }
    return seed;
  }

  async begin(bin, rehearsal, env) {
    this.relay = rehearsal ? undefined : await Relay.start();
    this.at = START - DAY;
    this.count = 0;
    this.shop = new Shop({ now: iso(this.at), sink: this.relay, bin, env: { ...SANITIZERS, ...KEYS, ...env } }); // the same arms each time
    await this.shop.start();
    await this.shop.useSalt('a-salt-for-the-tests');
    await this.makeCallers();
    await this.shop.policy({ drafting: 'on', quiet_hours: { from: '00:00', to: '00:00' }, feed_max_age_hours: 720,
      daily_episodes: 1000, holdout_share: 0.3, cap_days: 0 });
  }

  async stop() {
    const code = await this.shop.stop();
    await this.shop.remove();
    await this.relay?.stop();
    assert.doesNotMatch(this.shop.log, /ERROR: (Address|Leak)Sanitizer|runtime error:/, 'the sanitizers found nothing');
    assert.equal(code, 0, `the program ends cleanly: ${this.shop.log.slice(-2000)}`);
  }

  // --- callers ------------------------------------------------------------------------------------------------------

  // this.callers: name -> headers. 'staff:ROLE' has the CSRF header too, for reads it does no harm.
  async makeCallers() {
    this.callers = { none: {}, 'key:first': { authorization: `Bearer ${this.shop.key}` } };
    for (const scope of SCOPES) {
      const { body } = await this.shop.call('POST', '/keys', { name: `${scope} of the tests`, scope });
      this.callers[`key:${scope}`] = { authorization: `Bearer ${body.key}` };
    }
    for (const role of STAFF) {
      await this.shop.call('POST', '/staff', { email: `${role}@shop.example`, role, password: PASSWORD });
      this.callers[`staff:${role}`] = await this.logIn(`${role}@shop.example`);
    }
  }

  async logIn(email, password = PASSWORD) {
    const answer = await this.send({ method: 'POST', path: '/api/v1/session', as: 'none', body: { email, password } });
    assert.equal(answer.status, 200, answer.text);
    return { cookie: answer.headers['set-cookie'][0].split(';')[0], 'x-rk-csrf': answer.json.csrf_token };
  }

  // {method, path, as, body (object, string or Buffer), type, headers, socket} -> answer of http.mjs.
  send({ method, path: url, as = 'key:admin', body, type, headers = {}, socket = false }) {
    const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const kind = type ?? (body === undefined ? undefined : 'application/json');
    return request({ method, path: url, body: raw ? body : JSON.stringify(body),
      headers: { ...(kind ? { 'content-type': kind } : {}), ...(socket ? {} : this.callers[as]), ...headers },
      ...(socket ? { socketPath: path.join(this.shop.data, 'admin.sock') } : { port: this.shop.port }) });
  }

  stream(headers = {}) {
    return openStream({ path: '/api/v1/stream', port: this.shop.port, headers: { ...this.callers['key:read'], ...headers } });
  }

  async get(url) {
    const answer = await this.send({ method: 'GET', path: `/api/v1${url}` });
    assert.equal(answer.status, 200, `GET ${url}: ${answer.text}`);
    return answer.json;
  }

  // --- time -----------------------------------------------------------------------------------------------------------

  async forward(ms) {
    this.at += ms;
    await this.shop.clock(iso(this.at));
  }

  day(days) { return iso(this.at + days * DAY); }

  // --- clients and history ----------------------------------------------------------------------------------------------

  next(word) { return `${word}-${++this.count}`; }

  // `gaps` weekly orders of which the last is `silent` days ago.
  clientLines({ id, silent, gaps, email = `${id}@clients.example` }) {
    const client = { id, email, first_name: 'Robin', last_name: id.replace(/^./, (first) => first.toUpperCase()), locale: 'en-GB', country: 'GB', time_zone: 'Europe/London',
      preferred_categories: ['coffee', 'tea'], attributes: { tier: 'gold', visits: 3 },
      consent: { status: 'subscribed', basis: 'explicit', source: 'checkout', evidence: 'ticked the box', at: '2024-01-01T00:00:00Z' } };
    const orders = Array.from({ length: gaps + 1 }, (_, i) => ({ order: { id: `${id}-o${i}`, client_id: id,
      ordered_at: iso(this.at - silent * DAY - (gaps - i) * 7 * DAY), status: 'shipped', currency: 'USD', total_minor: 2500,
      items: [{ product_id: 'coffee-0', name: 'House coffee 0', category: 'coffee', unit_price_minor: 2500, quantity: 1 }] } }));
    return [{ client }, ...orders];
  }

  async makeClient(word, { silent = 20, gaps = 4, ...rest } = {}) {
    const id = this.next(word);
    const results = await this.shop.batch(this.clientLines({ id, silent, gaps, ...rest }));
    assert.ok(results.every(({ status }) => status === 'stored'), JSON.stringify(results));
    await until(`the orders of ${id} to be scored`, async () => (await this.get(`/clients/${id}`)).engagement.order_count === gaps + 1);
    return id;
  }

  // Catalogue, twelve clients about to drift, a backlog, and steady ones whose orders keep the feed alive.
  async makeHistory() {
    await this.shop.policy({ daily_episodes: 5 }); // someone has to wait
    const products = ['coffee', 'tea', 'filters'].flatMap((category) => Array.from({ length: 5 }, (_, i) => ({ product: {
      id: `${category}-${i}`, name: `House ${category} ${i}`, category, url: `https://records.example/${category}/${i}`, price_minor: 1200 + i, currency: 'USD' } })));
    const people = [
      ...Array.from({ length: 12 }, (_, i) => ({ id: `drift-${i}`, silent: 53 + i / 24, gaps: 21 })),
      ...Array.from({ length: 6 }, (_, i) => ({ id: `backlog-${i}`, silent: 130 + i, gaps: 8 })),
      ...Array.from({ length: 7 }, (_, i) => ({ id: `steady-${i}`, silent: i, gaps: 28 })),
    ];
    const results = await this.shop.batch([...products, ...people.flatMap((person) => this.clientLines(person))]);
    assert.ok(results.every(({ status }) => status === 'stored'), JSON.stringify(results.filter((r) => r.status !== 'stored').slice(0, 3)));
    const states = new Set();
    for (let day = 0; day < 20; day++) {
      await this.shop.batch([{ order: { id: `steady-day-${day}`, client_id: `steady-${day % 7}`, ordered_at: iso(this.at), total_minor: 2500 } }]);
      await this.forward(DAY);
      for (const { state } of (await this.get('/episodes?limit=200')).items) states.add(state);
      if (!['drafting', 'waiting', 'holdout'].every((state) => states.has(state))) continue;
      await this.shop.policy({ daily_episodes: 1000 }); // what tests ask for need not wait
      return;
    }
    assert.fail('twenty days went by without drafts, a holdout and someone who waits');
  }

  // --- emails in a wanted state --------------------------------------------------------------------------------------------

  async email(id) {
    const answer = await this.send({ method: 'GET', path: `/api/v1/emails/${id}` });
    assert.equal(answer.status, 200, answer.text);
    return { id, etag: answer.headers.etag, ...answer.json };
  }

  // A draft that staff asked for, in review. `word` begins the recipient's address and so tells the relay what to do.
  async inReview(word = 'draft') {
    const client = await this.makeClient(word);
    const asked = await until('the draft to be asked for', async () => { // 409: the client is being scored still
      const answer = await this.send({ method: 'POST', path: `/api/v1/clients/${client}/draft`, body: { reason: 'for a test' } });
      return answer.status !== 409 && answer;
    });
    assert.equal(asked.status, 202, asked.text);
    const id = await until(`the draft of ${client}`, async () => {
      const { items } = await this.get(`/clients/${client}/emails`);
      return items.find(({ status }) => status === 'in_review')?.id;
    });
    return this.email(id);
  }

  async act(email, name, body) {
    const answer = await this.send({ method: 'POST', path: `/api/v1/emails/${email.id}/${name}`, body, headers: { 'if-match': email.etag } });
    assert.equal(answer.status, 200, answer.text);
    return { id: email.id, etag: answer.headers.etag, ...answer.json };
  }

  async approved(word) {
    const email = await this.inReview(word);
    return this.act(email, 'approve', { content_hash: email.content_hash });
  }

  // Approved, and the time to take it back is over: whatever the relay makes of it.
  async handedOver(word) {
    const { id } = await this.approved(word);
    await this.forward(15000);
    return this.email(id);
  }

  async edited(email, text) {
    const paragraphs = email.paragraphs.map((paragraph, i) => (i === 0 ? { ...paragraph, text } : paragraph));
    return this.act(email, 'edit', { subject: email.subject, preheader: email.preheader, paragraphs });
  }

  async sent() {
    const email = await this.handedOver('plain');
    assert.equal(email.status, 'sent', email.reason);
    return email;
  }

  // The message of a sent email as the relay got it.
  messageOf(email) {
    return this.relay.messageFor(`${email.client_id}@clients.example`).text;
  }

  // One email in each state that can be reached from outside.
  async makeEmailsInEveryState() {
    await this.inReview();
    await this.edited(await this.inReview(), 'Everything is 99 percent off, only 1.99 EUR today at https://cheap.example.');
    await this.act(await this.inReview(), 'reject', { reason: 'for a test' });
    await this.sent();
    for (const word of ['uncertain', 'refused', 'later']) await this.handedOver(word);
    const ordered = await this.inReview('ordered');
    await this.shop.batch([{ order: { id: this.next('late-order'), client_id: ordered.client_id, ordered_at: iso(this.at), total_minor: 900 } }]);
    await this.shop.call('PUT', '/kill-switch', { on: true, reason: 'for a test' });
    await this.handedOver('held');
    await this.shop.call('PUT', '/kill-switch', { on: false });
    await this.approved('waiting');
    const seen = new Set((await this.shop.all('/emails')).map(({ status }) => status));
    for (const status of ['in_review', 'blocked', 'rejected', 'sent', 'uncertain', 'failed', 'cancelled', 'approved'])
      assert.ok(seen.has(status), `an email is ${status}; there are ${[...seen].join(', ')}`);
  }

  // A dead letter cannot be made from outside at will.
  makeDeadLetters(keys) {
    const rows = keys.map((key) => `('outcome', '${key}', 1, ${this.at}, 8, 1, 'timeout', ${this.at})`).join(', ');
    return this.shop.putIntoTables(`INSERT INTO job (kind, key, dead, run_at, attempts, generation, reason, created_at) VALUES ${rows}`);
  }

  // A call of the model with its text, as the file has it: the built-in writer asks nobody. {id, call_id} of its address.
  async makeCall() {
    if (this.call) return this.call;
    const email = await this.inReview('called');
    this.call = { id: email.id, call_id: '0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f81' };
    await this.shop.putIntoTables(`INSERT INTO call (id, email_id, client_id, at, day, state, reserved_microusd, cost_microusd, outcome, raw, codes, created_at, updated_at, version)
      VALUES ('${this.call.call_id}', '${email.id}', '${email.client_id}', ${this.at}, '${iso(this.at).slice(0, 10)}', 'settled', 1100, 420, 'answered', '${RAW}', '["number"]', ${this.at}, ${this.at}, 1)`);
    return this.call;
  }

  // Until no proposal is being made.
  tuned() { return until('the proposal', async () => (await this.get('/tuning')).status !== 'running'); }

  // A proposal that waits, as the file has it: so small a shop has too little history for one of its own.
  makeProposal() {
    const tuning = JSON.stringify(resolve(doc.components.examples.Tuning).value).replaceAll("'", "''");
    return this.shop.putIntoTables(`INSERT INTO setting (id, value, updated_at, version) VALUES ('tuning', '${tuning}', ${this.at}, 1)
      ON CONFLICT (id) DO UPDATE SET value = excluded.value, version = version + 1`);
  }
}
