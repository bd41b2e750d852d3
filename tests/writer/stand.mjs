// SPDX-License-Identifier: AGPL-3.0-or-later
// A shop whose writer is the fake of the model service, with clients for whom staff asked a draft. Whatever a story does,
// its end looks at the same things: no request broke the policy, nothing personal left the house or went into the log, and
// what was billed is counted.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KEY, MODEL, OpenRouter, PROVIDER } from '../fake/openrouter.mjs';
import { KEYS } from '../story-real/replay.mjs';
import { BIN, Shop } from '../story-real/shop.mjs';

// The build with sanitizers where there is one, for stories in which the other side sends anything: a fault of memory then
// ends the program, and with it the test. Stories that measure time use the release build.
const HARDENED = process.env.REKINDLE_BIN_SAN && existsSync(process.env.REKINDLE_BIN_SAN) ? process.env.REKINDLE_BIN_SAN : BIN;
const SANITIZERS = { ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0', UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1' };

export const DAY = 86400000;
const START = Date.parse('2026-03-02T10:00:00Z');
const PATIENCE_S = 60, POLL_MS = 50, AT_A_TIME = 8;
// Every value of a client's begins with one of these, so that a search for six words is a search for everybody.
const PERSONAL = ['quillon', 'vanterpool', 'kunde-', 'postbox', 'clients.example', 'bestellung-', 'loyalty-', 'lisbon'];
const IDS = ['kunde-', 'bestellung-']; // which the log may name
export const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

// 0 -> "a", 27 -> "bb": names have no digits.
const letters = (n) => (n < 26 ? '' : letters(Math.floor(n / 26) - 1)) + String.fromCharCode(97 + (n % 26));

const TITLES = ['Blue Hour', 'Northern Lights', 'Paper Boats', 'Quiet Rooms', 'Open Windows', 'River Songs'];
const PRODUCTS = ['Jazz', 'Rock', 'Classical'].flatMap((category) => TITLES.map((title, i) => ({ product: { id: `${category.toLowerCase()}-${letters(i)}`,
  name: `${title} ${category}`, category, url: `https://records.example/${category}/${i}`, price_minor: 1250, currency: 'USD' } })));

// Runs `act` for all items, so many at a time.
export async function forAll(items, act, atATime = AT_A_TIME) {
  const rest = items.values();
  await Promise.all(Array.from({ length: atATime }, async () => { for (const item of rest) await act(item); }));
}

export class Stand {
  // fake: options of OpenRouter.start; env: settings over the usual ones; clock: 'manual' or 'real'; start: false leaves the
  // program alone; hardened: with sanitizers.
  static async start({ fake = {}, env = {}, clock = 'manual', clients = 0, start = true, hardened = false } = {}) {
    const stand = new Stand();
    try {
      await stand.begin({ fake, env, clock, clients, start, hardened });
    } catch (error) { // nothing may stay open, or the test run would wait for it
      await stand.remove();
      throw error;
    }
    return stand;
  }

  async begin({ fake, env, clock, clients, start, hardened }) {
    this.fake = await OpenRouter.start(fake);
    this.at = clock === 'real' ? Date.now() : START;
    this.asked = []; // ids of clients
    this.shop = new Shop({ now: clock === 'real' ? 'real' : iso(this.at), bin: hardened ? HARDENED : BIN, env: { ...KEYS, ...SANITIZERS, ...this.settings(), ...env } });
    if (!start) return;
    await this.shop.start();
    await this.shop.policy({ drafting: 'on', quiet_hours: { from: '00:00', to: '00:00' }, feed_max_age_hours: 720, max_in_review: 1000, cap_days: 0 });
    await this.shop.batch(PRODUCTS);
    if (clients > 0) await this.makeClients(clients);
  }

  settings() {
    return { REKINDLE_WRITER: 'openrouter', OPENROUTER_API_KEY: KEY, REKINDLE_LLM_URL: this.fake.url, REKINDLE_LLM_MODEL: MODEL, REKINDLE_LLM_PROVIDER: PROVIDER,
      REKINDLE_LLM_RPM: '6000', REKINDLE_LLM_CONCURRENCY: '4', REKINDLE_LLM_DAILY_USD: '50.00', REKINDLE_LLM_CHECK_SECONDS: '1' };
  }

  // --- clients and drafts ---------------------------------------------------------------------------------------------

  clientLines(n) {
    const name = letters(n), id = `kunde-${name}`;
    const client = { id, email: `postbox.${name}@clients.example`, first_name: `Quillon${name}`, last_name: `Vanterpool${name}`,
      locale: 'en-GB', country: 'PT', time_zone: 'Europe/Lisbon', preferred_categories: ['Jazz', 'Rock'], attributes: { tier: `loyalty-${name}` },
      consent: { status: 'subscribed', basis: 'explicit', source: 'checkout', evidence: 'ticked the box', at: '2024-01-01T00:00:00Z' } };
    const items = [{ product_id: 'jazz-a', name: 'Blue Hour Jazz', category: 'Jazz', unit_price_minor: 1913, quantity: 1 }];
    const orders = [80, 50, 20].map((days) => ({ id: `bestellung-${name}-${days}`, client_id: id, ordered_at: iso(this.at - days * DAY),
      status: 'shipped', currency: 'USD', total_minor: 1913, items }));
    return [{ client }, ...orders.map((order) => ({ order }))];
  }

  // More clients; their ids.
  async makeClients(count) {
    const first = this.clients?.length ?? 0;
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    const results = await this.shop.batch(numbers.flatMap((n) => this.clientLines(n)));
    assert.ok(results.every(({ status }) => status === 'stored'), JSON.stringify(results.filter(({ status }) => status !== 'stored').slice(0, 3)));
    const ids = numbers.map((n) => `kunde-${letters(n)}`);
    this.clients = [...(this.clients ?? []), ...ids];
    await forAll(ids, (id) => this.until(`the orders of ${id} to be scored`, async () => (await this.client(id)).engagement.order_count === 3));
    return ids;
  }

  async client(id) { return (await this.shop.call('GET', `/clients/${id}`)).body; }

  // Staff ask for a draft for each of them.
  async ask(ids = this.clients) {
    this.asked.push(...ids);
    const take = async (id) => (await this.shop.call('POST', `/clients/${id}/draft`, { reason: 'for a test' }, { expect: [202, 409] })).status === 202;
    await forAll(ids, (id) => this.until(`the draft of ${id} to be taken`, () => take(id))); // 409: its score was just being worked out
  }

  // Makes a client, asks for a draft and gives the email's id.
  async askOne() {
    const [id] = await this.makeClients(1);
    await this.ask([id]);
    return this.until('the email', async () => (await this.shop.call('GET', `/clients/${id}/emails`)).body.items[0]?.id);
  }

  async email(id) { return (await this.shop.call('GET', `/emails/${id}`)).body; }

  emails(status) { return this.shop.all(`/emails${status ? `?status=${status}` : ''}`); }

  async pipeline() { return (await this.shop.call('GET', '/pipeline')).body; }

  // {code, status, writer: {state, detail}}
  async ready() {
    const response = await fetch(`http://127.0.0.1:${this.shop.port}/readyz`);
    const { status, dependencies } = await response.json();
    return { code: response.status, status, writer: dependencies.find(({ name }) => name === 'writer') };
  }

  async regenerate(id, body) {
    const { headers } = await this.shop.call('GET', `/emails/${id}`);
    return this.shop.call('POST', `/emails/${id}/regenerate`, body, { headers: { 'if-match': headers.get('etag') } });
  }

  // --- time -----------------------------------------------------------------------------------------------------------

  // Waits until `look` gives something true.
  async until(what, look, seconds = PATIENCE_S) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const seen = await look();
      if (seen) return seen;
      if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}; the log ends: ${this.shop.log.slice(-3000)}`);
      await delay(POLL_MS);
    }
  }

  async forward(ms) {
    this.at += ms;
    await this.shop.clock(iso(this.at));
  }

  // The same on a manual clock: a draft that was put off comes up again only when the clock moves on.
  drive(what, look, { stepMs = 5000, seconds = PATIENCE_S } = {}) {
    return this.until(what, async () => {
      const seen = await look();
      if (!seen) await this.forward(stepMs);
      return seen;
    }, seconds);
  }

  // The email when it is no longer being drafted.
  drafted(id, options) {
    return this.drive(`the draft of ${id}`, async () => {
      const email = await this.email(id);
      return email.status !== 'drafting' && email;
    }, options);
  }

  noneDrafting(options) {
    return this.drive('all drafts', async () => (await this.shop.call('GET', '/emails?status=drafting&limit=1')).body.items.length === 0, options);
  }

  // --- money ----------------------------------------------------------------------------------------------------------

  // Rows of the database as it is now; read beside the running program.
  rows(sql) {
    const text = execFileSync('sqlite3', ['-readonly', '-json', path.join(this.shop.data, 'rekindle.db'), sql], { encoding: 'utf8', maxBuffer: 64 << 20 });
    return text.trim() === '' ? [] : JSON.parse(text);
  }

  // In their order: on a manual clock several may be of one instant, and then the service knows which came first.
  calls(where = '1') {
    const turn = new Map(this.fake.chats.map(({ generation, n }) => [generation, n]));
    return this.rows(`SELECT * FROM call WHERE ${where}`).sort((a, b) => a.at - b.at || (turn.get(a.generation_id) ?? 0) - (turn.get(b.generation_id) ?? 0));
  }

  // Millionths of a dollar that count, of one day or of all.
  counted(day) {
    const [{ sum }] = this.rows(`SELECT coalesce(sum(spent_microusd + reserved_microusd + unknown_microusd), 0) AS sum FROM budget ${day ? `WHERE id = '${day}'` : ''}`);
    return sum;
  }

  // What the days count is the sum of their calls, and nothing was billed that is not counted.
  checkMoney() {
    const days = this.rows('SELECT * FROM budget');
    const calls = this.calls();
    for (const day of days) {
      const sum = (state, column) => calls.filter((call) => call.day === day.id && call.state === state).reduce((total, call) => total + call[column], 0);
      assert.deepEqual({ spent: day.spent_microusd, reserved: day.reserved_microusd, unknown: day.unknown_microusd },
        { spent: sum('settled', 'cost_microusd'), reserved: sum('reserved', 'reserved_microusd'), unknown: sum('unknown', 'reserved_microusd') }, `the money of ${day.id}`);
    }
    assert.deepEqual(calls.filter((call) => !days.some(({ id }) => id === call.day)), [], 'every call counts in a day');
    assert.ok(this.fake.billedMicro() <= this.counted(), `billed ${this.fake.billedMicro()}, counted ${this.counted()}`);
  }

  // --- the end --------------------------------------------------------------------------------------------------------

  // Nobody has two emails, and no draft was made twice.
  async checkEmails() {
    const emails = await this.emails();
    assert.equal(new Set(emails.map((email) => email.episode_id)).size, emails.length, 'no episode has two emails');
    assert.equal(new Set(emails.map((email) => email.client_id)).size, emails.length, 'no client has two emails');
    assert.deepEqual(emails.map((email) => email.client_id).toSorted(), this.asked.toSorted(), 'everybody asked for has one');
    return emails;
  }

  checkPrivacy() {
    const sent = this.fake.bytes().toString('utf8').toLowerCase(), log = this.shop.log.toLowerCase();
    for (const word of PERSONAL) {
      assert.ok(!sent.includes(word), `"${word}" left the house`);
      if (!IDS.includes(word)) assert.ok(!log.includes(word), `"${word}" is in the log`);
    }
    assert.ok(!this.shop.log.includes(KEY) && !this.shop.log.includes(KEY.slice(-8)), 'no key in the log');
    assert.ok(!this.fake.chats.some(({ bytes }) => bytes.includes(KEY)), 'the key stands in its header alone');
  }

  // Ends the story. `money: false` where the tables are not there.
  async end({ money = true, breaches = [] } = {}) {
    try {
      if (money) this.checkMoney();
      const code = await this.shop.stop();
      assert.doesNotMatch(this.shop.log, /ERROR: (Address|Leak)Sanitizer|runtime error:/, 'the sanitizers found nothing');
      assert.equal(code, 0, `the program ends cleanly: ${this.shop.log.slice(-3000)}`);
      assert.deepEqual(this.fake.errors, [], 'the fake works');
      assert.deepEqual(this.fake.breaches(), breaches, 'every request keeps the policy');
      this.checkPrivacy();
    } finally { await this.remove(); }
  }

  async remove() {
    await this.shop?.remove();
    await this.fake?.stop();
  }
}

// One story: a stand of its own, and the same questions at its end.
export async function story(options, act, ending) {
  const stand = await Stand.start(options);
  try {
    await act(stand);
  } catch (error) {
    await stand.remove();
    throw error;
  }
  await stand.end(ending);
}
