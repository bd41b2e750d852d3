// SPDX-License-Identifier: AGPL-3.0-or-later
// Erasure, proven on the bytes. A person with a name, an address and goods that nobody else has goes through the whole life:
// imports, API calls whose answers are kept, a draft, edits, a rehearsed mail, a click, a copy of the data, an export, an
// unsubscribe. After the erasure no file that the program writes holds any of these bytes: database, log of the database,
// maildir, the program's own log. Then the shop sends the person again on every way there is, and still nothing holds them.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Seed } from '../api/seed.mjs';
import { until } from '../story-real/shop.mjs';

const ID = 'marked-1';
const MARKS = ['Zyxanthe', 'Quillwhistle', 'zyxanthe.q@marker.example', 'Marmaladescope', 'Plumbeous'];
const [FIRST, LAST, EMAIL, GOODS, HINT] = MARKS;
const NEW = { 'idempotency-key': 'marked-key-1' };
let seed;

const client = (id = ID) => ({ id, email: EMAIL, first_name: FIRST, last_name: LAST, locale: 'en-GB', country: 'GB',
  preferred_categories: ['coffee'], attributes: { note: GOODS },
  consent: { status: 'subscribed', basis: 'explicit', source: 'checkout', evidence: 'ticked', at: '2024-01-01T00:00:00Z' } });
const order = (id, days, client_id = ID) => ({ id, client_id, ordered_at: seed.day(-days), status: 'shipped', currency: 'USD', total_minor: 2500,
  items: [{ product_id: 'coffee-0', name: `${GOODS} lamp`, category: 'coffee', unit_price_minor: 2500, quantity: 1 }] });
const post = (url, body, headers = {}) => seed.send({ method: 'POST', path: `/api/v1${url}`, body, headers });

function files(folder = seed.shop.data) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? files(file) : entry.isFile() ? [file] : [];
  });
}

// Where a mark stands: "FILE: MARK". Letters fold, as names are kept folded for the search too; also as base64 and in
// quoted-printable a word of letters alone is found, for mail is not encoded there.
function traces() {
  const found = [];
  for (const file of files()) {
    const bytes = readFileSync(file).toString('latin1').toLowerCase();
    for (const mark of MARKS) if (bytes.includes(mark.toLowerCase())) found.push(`${path.basename(file)}: ${mark}`);
  }
  for (const mark of MARKS) if (seed.shop.log.toLowerCase().includes(mark.toLowerCase())) found.push(`log: ${mark}`);
  return found;
}

const mails = () => files(path.join(seed.shop.data, 'maildir')).length;
const gone = (what) => until(what, () => traces().length === 0, 20).catch(() => assert.deepEqual(traces(), [], what));
const settled = async () => { await seed.forward(0); };

async function csv(kind, text) {
  const file = path.join(seed.shop.folder, `${kind}.csv`);
  writeFileSync(file, text);
  return seed.shop.cli(['import', kind, file]);
}

// Each way on which a shop tells of a client and of an order.
async function tellOnEveryWay(id, round) {
  const answers = [
    await seed.send({ method: 'PUT', path: `/api/v1/clients/${id}`, body: client(id) }),
    await post('/clients', client(`${id}-again`), { 'idempotency-key': `again-${round}` }),
    await seed.send({ method: 'PUT', path: `/api/v1/orders/${id}-put`, body: order(`${id}-put`, 3, id) }),
    await post('/orders', order(`${id}-post`, 2, id), { 'idempotency-key': `order-${round}` }),
  ];
  await seed.shop.batch([{ client: client(id) }, { order: order(`${id}-batch`, 1, id) }]);
  const imported = await csv('clients', `client_id,email,first_name,last_name,consent\n${id},${EMAIL},${FIRST},${LAST},subscribed\n`);
  return { answers, imported };
}

async function live() {
  await seed.shop.batch(seed.clientLines({ id: 'neighbour', silent: 3, gaps: 30 }));
  for (let i = 0; i < 60; i++) await seed.shop.batch(seed.clientLines({ id: `other-${i}`, silent: 4, gaps: i % 20 }));
  const { answers, imported } = await tellOnEveryWay(ID, 1);
  for (const { status, text } of answers) assert.ok([200, 201].includes(status), text);
  assert.equal(imported.code, 0, imported.stderr);
  await post('/orders', order('marked-o1', 60), NEW);
  await seed.shop.batch(Array.from({ length: 40 }, (_, i) => ({ order: order(`marked-old-${i}`, 70 + 7 * i) })));
  await settled();
  const asked = await post(`/clients/${ID}/draft`, { reason: 'for a test' }, { 'idempotency-key': 'draft-1' });
  assert.equal(asked.status, 202, asked.text);
  const id = await until('the draft', async () => (await seed.get(`/clients/${ID}/emails`)).items.find((e) => e.status === 'in_review')?.id);
  const first = await seed.email(id);
  await seed.edited(first, `${first.paragraphs[0].text} ${GOODS} is what we thought of.`);
  await seed.edited(await seed.email(id), first.paragraphs[0].text);
  await seed.act(await seed.email(id), 'regenerate', { hint: `speak of ${HINT} things` });
  await settled();
  const ready = await until('the new draft', async () => { const e = await seed.email(id); return e.status === 'in_review' && e; });
  await seed.act(ready, 'approve', { content_hash: ready.content_hash, review_ms: 1000 });
  await seed.forward(60000);
  const sent = await until('the rehearsed mail', async () => { const e = await seed.email(id); return e.status === 'rehearsed' && e; });
  const [file] = files(path.join(seed.shop.data, 'maildir'));
  const text = readFileSync(file, 'utf8').replaceAll('=\r\n', '');
  const link = (kind) => new RegExp(`/${kind}/([\\w-]+)`).exec(text)[1];
  assert.equal((await seed.send({ method: 'GET', path: `/c/${link('c')}`, as: 'none' })).status, 302);
  assert.equal((await seed.send({ method: 'GET', path: `/why/${link('why')}`, as: 'none' })).status, 200);
  const form = { method: 'POST', path: `/u/${link('u')}`, as: 'none', type: 'application/x-www-form-urlencoded' };
  assert.equal((await seed.send({ ...form, body: 'act=copy' })).status, 200);
  await settled();
  await until('the copy of the data', () => mails() === 2);
  assert.equal((await seed.send({ method: 'GET', path: `/api/v1/clients/${ID}/export` })).status, 200);
  assert.equal((await seed.shop.cli(['export', ID])).code, 0);
  assert.equal((await seed.send({ ...form, body: 'List-Unsubscribe=One-Click' })).status, 200);
  await settled();
  return sent;
}

before(async () => {
  seed = await Seed.start({ rehearsal: true });
  const products = Array.from({ length: 5 }, (_, i) => ({ product: { id: `coffee-${i}`, name: `House coffee ${i}`, category: 'coffee',
    url: `https://records.example/coffee/${i}`, price_minor: 1200 + i, currency: 'USD' } }));
  await seed.shop.batch(products);
});
after(() => seed?.stop());

describe('a person who asks to be erased', () => {
  it('is found by the search while she is a client, in the database and in the rehearsed mail', async () => {
    await live();
    const found = traces();
    for (const mark of MARKS) assert.ok(found.some((trace) => trace.startsWith('rekindle.db') && trace.endsWith(mark)), `${mark}: ${found}`);
    assert.ok(found.some((trace) => trace.includes('.eml')), found.join(', '));
    assert.deepEqual(found.filter((trace) => trace.startsWith('log:')), [], 'the log of the program never has them');
  });

  it('is in the export with what the shop and the program know', async () => {
    const { stdout } = await seed.shop.cli(['export', ID]);
    const document = JSON.parse(stdout);
    const one = document.clients.find(({ client: { id } }) => id === ID);
    assert.equal(one.client.email, EMAIL);
    assert.equal(one.orders.length, 44);
    assert.ok(one.emails[0].text.includes(FIRST) && one.emails[0].edits.length >= 2);
    assert.ok(document.consent_history.some(({ client_id, status }) => client_id === ID && status === 'unsubscribed'));
    assert.doesNotMatch(stdout, /staff:|"by"/, 'and not with names of staff');
  });

  it('is in no file after the erasure, and the audit chain holds', async () => {
    const erased = await seed.shop.cli(['erase', ID, '--yes']);
    assert.equal(erased.code, 0, erased.stderr);
    await settled();
    await gone('nothing of her in any file');
    assert.equal(mails(), 0);
    const verified = await seed.shop.cli(['verify']);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    assert.equal((await seed.get('/clients/neighbour')).engagement.order_count, 31, 'others are untouched');
    assert.ok(statSync(path.join(seed.shop.data, 'rekindle.db')).size > 100000);
  });

  it('does not come back on any way, nor does a trace of the attempt', async () => {
    const { imported } = await tellOnEveryWay(ID, 2);
    assert.match(imported.stdout, /erased=1/);
    await tellOnEveryWay('marked-new-id', 3); // the same address under another id
    await seed.shop.batch([{ order: order('marked-first', 1, 'marked-late') }, { client: client('marked-late') }]); // the order first
    await seed.forward(5 * 60000);
    for (const id of [ID, `${ID}-again`, 'marked-new-id', 'marked-late']) {
      assert.equal((await seed.send({ method: 'GET', path: `/api/v1/clients/${id}` })).status, 404, id);
    }
    await gone('nothing of her after she was imported again');
  });

  it('is in no file either when the program has ended', async () => {
    assert.equal(await seed.shop.stop(), 0);
    assert.deepEqual(traces(), []);
    const verified = await seed.shop.cli(['verify']);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    await seed.shop.start();
  });
});
