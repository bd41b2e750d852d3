// SPDX-License-Identifier: AGPL-3.0-or-later
// A shop with approved emails that are about to be sent. Made once and copied: a test begins with the folder of a stopped
// program whose clock stands at the approvals, so that every send falls due when it is started two minutes later.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { KEYS } from '../story-real/replay.mjs';
import { BIN, Shop, temporaryFolder, until } from '../story-real/shop.mjs';

const HOUR = 3600000, DAY = 24 * HOUR;
const START = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR; // spam filters look at how old a message is
const AT_A_TIME = 8, BATCH = 500;
export const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');
const DUE_MS = START + 120000;
export const later = (ms) => iso(DUE_MS + ms);

// The build with sanitizers where there is one: a fault of memory then ends the program, and with it the test.
export const HARDENED = process.env.REKINDLE_BIN_SAN && existsSync(process.env.REKINDLE_BIN_SAN) ? process.env.REKINDLE_BIN_SAN : BIN;
export const FAST = { ...KEYS, REKINDLE_MAIL_PER_MINUTE: '100000', REKINDLE_MAIL_DOMAIN_PER_MINUTE: '100000', REKINDLE_MAIL_CONNECTIONS: '4',
  REKINDLE_BOUNCE_DOMAIN: 'bounce.records.example', REKINDLE_PUBLIC_URL: 'https://mail.records.example' };

const TITLES = ['Blue Hour', 'Northern Lights', 'Paper Boats', 'Quiet Rooms', 'Open Windows', 'River Songs'];
const PRODUCTS = ['Jazz', 'Rock', 'Classical'].flatMap((category) => TITLES.map((title, i) => ({ product: { id: `${category.toLowerCase()}-${i}`,
  name: `${title} ${category}`, category, url: `https://records.example/${category}/${i}`, price_minor: 1250, currency: 'USD' } })));

export async function forAll(items, act, atATime = AT_A_TIME) {
  const rest = items.values();
  await Promise.all(Array.from({ length: atATime }, async () => { for (const item of rest) await act(item); }));
}

// The lines of a client who has drifted off; `change` goes over the client's members.
export function clientLines(n, change = {}) {
  const client = { id: `c-${n}`, email: `reader.${n}@clients.example`, first_name: 'Maya', last_name: 'Lindqvist', locale: 'en-GB', country: 'GB',
    time_zone: 'Europe/London', preferred_categories: ['Jazz', 'Rock'],
    consent: { status: 'subscribed', basis: 'explicit', source: 'checkout', evidence: 'ticked the box', at: iso(START - 90 * DAY) }, ...change };
  const items = [{ product_id: 'jazz-0', name: 'Blue Hour Jazz', category: 'Jazz', unit_price_minor: 1913, quantity: 1 }];
  const orders = [80, 50, 20].map((days) => ({ id: `o-${n}-${days}`, client_id: client.id, ordered_at: iso(START - days * DAY), status: 'shipped', currency: 'USD',
    total_minor: 1913, items }));
  return [{ client }, ...orders.map((order) => ({ order }))];
}

export async function openShop({ env = {}, bin = BIN, policy = {} } = {}) {
  const shop = new Shop({ now: iso(START), bin, env: { ...FAST, ...env } });
  await shop.start();
  await shop.policy({ drafting: 'on', quiet_hours: { from: '00:00', to: '00:00' }, feed_max_age_hours: 720, max_in_review: 10000, cap_days: 0,
    sending: { ...(await shop.call('GET', '/policy')).body.sending, warm_up_first_day: 0 }, ...policy });
  // somebody else ordered just now: else the feed of hundreds of silent clients would look dead
  await shop.batch([...PRODUCTS, { order: { id: 'o-fresh', client_id: 'c-fresh', ordered_at: iso(START - 1000), total_minor: 1250, currency: 'USD' } }]);
  return shop;
}

// Takes in clients (lists of lines, the first the client's), a batch at a time; every line must be stored.
export async function takeIn(shop, clients) {
  for (let at = 0; at < clients.length; at += BATCH) {
    const answers = await shop.batch(clients.slice(at, at + BATCH).flat());
    assert.deepEqual(answers.filter(({ status }) => status !== 'stored'), []);
  }
  await awaitScored(shop);
}

export const awaitScored = (shop) => until('all to be scored', async () => {
  const { body } = await shop.call('GET', '/pipeline');
  return body.stages.filter((stage) => ['change', 'score'].includes(stage.name ?? stage.id)).every((stage) => !stage.waiting && !stage.running);
}, 300);

// Asks for a draft for each of these clients, and approves it as `edit` leaves it.
export async function approveDrafts(shop, ids, edit = async () => {}) {
  await forAll(ids, (id) => until(`the draft of ${id} to be taken`, async () =>
    (await shop.call('POST', `/clients/${id}/draft`, { reason: 'for a test' }, { expect: [202, 409] })).status === 202));
  let at = START;
  await until('all drafts', async () => {
    if ((await shop.call('GET', '/emails?status=drafting&limit=1')).body.items.length === 0) return true;
    await shop.clock(iso(at += 100)); // one that was put off comes up again when the clock has moved on
    return false;
  }, 600);
  await edit();
  const drafts = await shop.all('/emails?status=in_review');
  await forAll(drafts, async ({ id }) => {
    const { body, headers } = await shop.call('GET', `/emails/${id}`);
    await shop.call('POST', `/emails/${id}/approve`, { content_hash: body.content_hash }, { headers: { 'if-match': headers.get('etag') } });
  });
  return drafts.length;
}

// A folder with so many approved emails, and a way to start on copies of it.
export class Prepared {
  static async make(count, change = () => ({})) {
    const shop = await openShop();
    try {
      const numbers = Array.from({ length: count }, (_, n) => n);
      await takeIn(shop, numbers.map((n) => clientLines(n, change(n))));
      const approved = await approveDrafts(shop, numbers.map((n) => `c-${n}`));
      assert.equal(approved, count, 'every draft was approved');
      assert.equal(await shop.stop(), 0);
    } catch (error) {
      await shop.remove();
      throw error;
    }
    const prepared = new Prepared();
    Object.assign(prepared, { folder: shop.folder, key: shop.key });
    return prepared;
  }

  // A shop on a copy, not started; its emails are due as soon as it is.
  copy({ env = {}, ...options }) {
    const folder = temporaryFolder('delivery');
    cpSync(this.folder, folder, { recursive: true });
    const shop = new Shop({ now: later(0), folder, env: { ...FAST, ...env }, ...options });
    shop.key = this.key;
    return shop;
  }

  remove() { rmSync(this.folder, { recursive: true, force: true }); }
}

// The emails with what the tests look at, read from the tables beside the running program.
export function rows(shop, sql) {
  const text = execFileSync('sqlite3', ['-readonly', '-json', path.join(shop.data, 'rekindle.db'), sql], { encoding: 'utf8', maxBuffer: 256 << 20 });
  return text.trim() === '' ? [] : JSON.parse(text);
}
