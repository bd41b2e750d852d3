// SPDX-License-Identifier: AGPL-3.0-or-later
// The shop's other tools as a real HTTP receiver that refuses, redirects, stalls and goes away, and a process that is killed
// in between: each event arrives signed, under one id, until it is accepted, and what waits for it holds up nothing.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { Shop, until } from '../story-real/shop.mjs';

const KEY = Buffer.from('a key of twenty-four bytes and more');
const SECRET = `whsec_${KEY.toString('base64')}`;
const START = Date.parse('2026-03-02T10:00:00Z');
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

// Answers as `answers` says in turn, then 204 for ever; keeps what came.
class Receiver {
  static async start() {
    const receiver = new Receiver();
    receiver.posts = [];
    receiver.answers = [];
    receiver.held = [];
    receiver.server = createServer((request, response) => receiver.take(request, response));
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    return receiver;
  }

  async take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    this.posts.push({ url: request.url, method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const answer = this.answers.shift() ?? 204;
    if (answer === 'stall') { this.held.push(response); return; }
    if (answer === 'break') { request.socket.destroy(); return; }
    response.writeHead(answer, answer >= 300 && answer < 400 ? { location: '/elsewhere' } : {});
    response.end(answer === 204 ? undefined : 'words that nobody reads');
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

// As a receiver would check it, by the specification alone.
function assertSigned({ headers, body, method, url }) {
  assert.deepEqual([method, url, headers['content-type']], ['POST', '/hook', 'application/json']);
  const said = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  assert.equal(headers['webhook-signature'], `v1,${createHmac('sha256', KEY).update(said).digest('base64')}`);
  assert.ok(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 120, 'the timestamp is of this try');
}

describe('the webhook', () => {
  let receiver, shop, now = START;
  const lag = async () => (await shop.call('GET', '/pipeline')).body.webhook;
  const metric = async (name) => {
    const response = await fetch(`http://127.0.0.1:${shop.port}/metrics`, { headers: { authorization: `Bearer ${shop.key}` } });
    return Number((await response.text()).match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
  };
  const client = (id) => shop.call('PUT', `/clients/${id}`, { email: `${id}@clients.example`, first_name: 'Maya',
    consent: { status: 'subscribed', basis: 'explicit', at: iso(START), source: 'checkout' } });
  const optOut = (id, reason = 'unsubscribed') => shop.call('POST', '/suppressions', { email: `${id}@clients.example`, reason });
  const move = async (ms) => { now += ms; await shop.clock(iso(now)); };

  before(async () => {
    receiver = await Receiver.start();
    shop = new Shop({ now: iso(START), env: { REKINDLE_WEBHOOK_URL: receiver.url, REKINDLE_WEBHOOK_SECRET: SECRET } });
    await shop.start();
    for (const id of ['c-1', 'c-2', 'c-3', 'c-4']) await client(id);
  });
  after(async () => {
    receiver.stop();
    await shop.remove();
  });

  it('tells an unsubscribe at once, signed, and keeps no address of it', async () => {
    await optOut('c-1');
    await until('the event', () => receiver.posts.length === 1);
    assertSigned(receiver.posts[0]);
    const { timestamp, ...event } = JSON.parse(receiver.posts[0].body);
    assert.deepEqual(event, { type: 'client.unsubscribed', data: { client_ids: ['c-1'], email: 'c-1@clients.example', reason: 'unsubscribe' } });
    assert.equal(Date.parse(timestamp), START);
    assert.deepEqual(await until('the acceptance', async () => { const seen = await lag(); return seen.waiting === 0 && seen; }),
      { waiting: 0, oldest_at: null, last_error: null });
    await optOut('c-1'); // nothing new is nothing to tell
    assert.equal(receiver.posts.length, 1);
  });

  it('tries again after refusals, redirects and broken connections, under one id, and shows how late it is', async () => {
    const refusals = [500, 302, 'break', 401, 429, 410];
    receiver.posts = [];
    receiver.answers = Array.from({ length: 200 }, (_, i) => refusals[i % refusals.length]);
    await optOut('c-2', 'complained');
    await until('the first try', () => receiver.posts.length === 1);
    const seen = new Set();
    for (let minutes = 0; minutes < 20; minutes += 0.5) { // the clock stops at each try that is due
      await move(30000);
      seen.add((await lag()).last_error);
    }
    assert.ok(receiver.posts.length >= 7 && receiver.posts.length <= 9, `5 s and doubling is ${receiver.posts.length} tries in 20 minutes`);
    assert.deepEqual([...seen].sort(), ['302', '401', '410', '429', '500', 'connection lost']);
    const ready = await fetch(`http://127.0.0.1:${shop.port}/readyz`).then((r) => r.json());
    const { state, detail } = ready.dependencies.find(({ name }) => name === 'webhook');
    assert.equal(state, 'degraded');
    assert.match(detail, /^1 events wait for the shop's other tools; the last try ended with: /);
    assert.equal((await lag()).waiting, 1);
    assert.equal(Date.parse((await lag()).oldest_at), START);
    assert.ok(await metric('rekindle_webhook_lag_seconds') >= 15 * 60);
    assert.equal(await metric('rekindle_webhook_waiting'), 1);
    receiver.answers = [];
    const before = receiver.posts.length;
    await move(60 * 60000); // no pause is longer than an hour
    await until('the acceptance', async () => (await lag()).waiting === 0);
    assert.equal(receiver.posts.length, before + 1);
    receiver.posts.forEach(assertSigned); // nothing went to where a redirect pointed
    assert.equal(new Set(receiver.posts.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(new Set(receiver.posts.map(({ body }) => body)).size, 1);
    assert.equal(JSON.parse(receiver.posts[0].body).type, 'client.complained');
    const { body: dead } = await shop.call('GET', '/jobs?state=dead');
    assert.deepEqual(dead.items, []);
  });

  it('holds up nothing while the receiver stalls, and tells again what a killed process had not heard accepted', async () => {
    receiver.posts = [];
    receiver.answers = ['stall'];
    await optOut('c-3', 'bounced');
    await until('the stalled try', () => receiver.posts.length === 1);
    await client('c-5'); // other work goes on meanwhile
    await shop.call('POST', '/orders', { id: 'o-5', client_id: 'c-5', ordered_at: iso(START), total_minor: 4000, items: [{ name: 'Blue mug' }] });
    await until('the score of a new order', async () => (await shop.call('GET', '/clients/c-5/score')).body.score !== null, 8);
    assert.equal(receiver.posts.length, 1, 'it still waits');
    await shop.kill();
    await shop.start();
    await until('the event again', () => receiver.posts.length === 2);
    receiver.posts.forEach(assertSigned);
    assert.equal(receiver.posts[1].headers['webhook-id'], receiver.posts[0].headers['webhook-id']);
    assert.equal(JSON.parse(receiver.posts[1].body).type, 'client.hard_bounced');
    await until('the acceptance', async () => (await lag()).waiting === 0);
  });

  it('does not keep a stopping program waiting', async () => {
    receiver.posts = [];
    receiver.answers = ['stall'];
    await optOut('c-4');
    await until('the stalled try', () => receiver.posts.length === 1);
    const began = Date.now();
    assert.equal(await shop.stop(), 0);
    assert.ok(Date.now() - began < 8000, `it took ${Date.now() - began} ms`);
    await shop.start();
    await until('the acceptance', async () => { await move(60000); return (await lag()).waiting === 0; });
  });

  it('says nothing of whom it told in its log', () => {
    assert.doesNotMatch(shop.log, /clients\.example/);
    assert.ok(!shop.log.includes(SECRET));
  });
});
