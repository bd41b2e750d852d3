// SPDX-License-Identifier: AGPL-3.0-or-later
// The job of the staff in a real browser on the real program: sign in, look at the drafts, decide by keyboard, see what
// became of them; and the client's own pages. The shop is made through the API and stands under a manual clock.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';
import { PASSWORD, Seed } from '../api/seed.mjs';
import { linkIn } from '../api/relay.mjs';
import { until } from '../story-real/shop.mjs';
import { Visitor, launch } from './browser.mjs';

let seed, browser, url;
before(async () => {
  seed = await Seed.start({ bin: process.env.REKINDLE_BIN ?? path.resolve('build/rekindle'), rehearsal: true });
  await seed.makeHistory();
  for (let i = 0; i < 4; i++) await seed.inReview('asked');
  url = `http://127.0.0.1:${seed.shop.port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await seed?.stop();
});

const statusOf = async (id) => (await seed.email(id)).status;
const untilStatus = (id, status) => until(`email ${status}`, async () => (await statusOf(id)) === status);
// The queue as Today shows it: in review, oldest first.
const queue = () => seed.shop.all('/emails?status=in_review');
const nameOf = ({ client }) => `${client.first_name} ${client.last_name}`;

describe('someone who is not signed in', () => {
  let visitor;
  beforeEach(async () => { visitor = await Visitor.come(browser, url); });
  afterEach(() => visitor.leave());

  it('is sent to the login page and afterwards where they wanted to go', async () => {
    await visitor.open('/clients?q=Robin');
    await visitor.page.waitForURL('**/login?next=*');
    visitor.expectFault(/401/);
    await visitor.logIn('viewer@shop.example', PASSWORD);
    await visitor.page.waitForURL('**/clients?q=Robin');
    await visitor.page.getByRole('cell', { name: 'Robin' }).first().waitFor();
    visitor.noFaults();
  });

  it('is told that a password is wrong, keeps what they typed, and gets in with the right one', async () => {
    await visitor.open('/');
    await visitor.page.waitForURL('**/login?next=*');
    visitor.expectFault(/401/);
    await visitor.shoot('login');
    await visitor.logIn('admin@shop.example', 'not the password at all');
    await visitor.page.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor();
    visitor.expectFault(/401/);
    assert.equal(await visitor.page.getByLabel('Email').inputValue(), 'admin@shop.example');
    await visitor.logIn('admin@shop.example', PASSWORD);
    await visitor.page.waitForURL('**/today');
    visitor.noFaults();
    const [cookie] = await visitor.context.cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict']);
  });

  it('sees nothing of the shop: the pages are served under a strict policy, the data is not', async () => {
    const response = await visitor.open('/today');
    const policy = response.headers()['content-security-policy'];
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(response.headers()['cache-control'], 'no-store');
    await visitor.page.waitForURL('**/login?next=*');
    assert.doesNotMatch(await visitor.page.content(), /Robin|example\.com/);
  });
});

describe('a reviewer', () => {
  let visitor, page;
  before(async () => {
    visitor = await Visitor.come(browser, url);
    page = visitor.page;
    await visitor.open('/login');
    await visitor.logIn('reviewer@shop.example', PASSWORD);
    await page.waitForURL('**/today');
    visitor.faults.length = 0; // the 401 that led to the login page
  });
  after(() => visitor?.leave());
  afterEach(() => visitor.noFaults());

  const currentRow = () => page.locator('[aria-label=Queue] button[aria-current=true]');
  const figure = (label) => page.locator('dl div', { has: page.locator('dt', { hasText: label }) }).locator('dd').first();

  it('finds the drafts on Today, each with its mail and the reason why', async () => {
    const drafts = await queue();
    assert.ok(drafts.length >= 5, `${drafts.length} drafts`);
    await currentRow().filter({ hasText: nameOf(drafts[0]) }).waitFor();
    assert.equal(await page.locator('[aria-label=Queue] button').count(), drafts.length);
    await page.getByRole('heading', { name: drafts[0].subject }).waitFor();
    await page.frameLocator('iframe').getByText(drafts[0].paragraphs[0].text).waitFor();
    await page.getByLabel('Why this client now').getByText(drafts[0].evidence.sentence).waitFor();
    await page.getByText('Rehearsal.').waitFor();
    await until('the live stream', () => page.getByRole('status').getByText('Live').isVisible());
    await visitor.shoot('today');
  });

  it('walks the queue with j and k, also after a click into the mail', async () => {
    const [first, second] = await queue();
    await page.keyboard.press('j');
    await currentRow().filter({ hasText: nameOf(second) }).waitFor();
    await page.locator('iframe').click();
    await page.keyboard.press('k');
    await currentRow().filter({ hasText: nameOf(first) }).waitFor();
  });

  it('approves with a, takes it back with z, approves again, and sees it rehearsed when its time comes', async () => {
    const [{ id, client }] = await queue();
    const name = `${client.first_name} ${client.last_name}`;
    await currentRow().filter({ hasText: name }).waitFor();
    await page.keyboard.press('a');
    await page.getByText(`Approved for ${name}`).waitFor();
    await untilStatus(id, 'approved');
    await page.keyboard.press('z');
    await untilStatus(id, 'in_review');
    await currentRow().filter({ hasText: name }).waitFor();
    await page.keyboard.press('a');
    await untilStatus(id, 'approved');
    const before = Number(await figure('Rehearsed').textContent());
    await seed.forward(15000);
    assert.equal(await statusOf(id), 'rehearsed');
    await until('the figure to move by itself', async () => Number(await figure('Rehearsed').textContent()) === before + 1);
    await visitor.shoot('today-after');

    await page.getByRole('link', { name: 'Emails' }).click();
    await page.getByRole('link', { name }).filter({ hasText: 'Rehearsed' }).click();
    await page.waitForURL(`**/emails/${id}`);
    const life = page.getByRole('region', { name: 'Life' });
    for (const event of ['Approval taken back', 'Rehearsed: kept here instead of sent']) await life.getByText(event).waitFor();
    assert.equal(await life.getByText('Approved', { exact: true }).count(), 2);
    await visitor.shoot('email');
    await page.getByText('As it left').click();
    const raw = await page.getByLabel('Message as it left').textContent();
    assert.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m);
  });

  it('plants a false price and sees the draft blocked until the words are right again', async () => {
    await visitor.open('/today');
    const [{ id, client, paragraphs }] = await queue();
    await currentRow().filter({ hasText: client.last_name }).waitFor();
    await page.keyboard.press('e');
    const first = page.getByLabel('Paragraph 1', { exact: true });
    await first.fill('Now only 9.99 EUR, half of what you paid.');
    await page.getByRole('button', { name: 'Save and check' }).click();
    await page.getByRole('alert').filter({ hasText: 'cannot be approved' }).waitFor();
    assert.equal(await statusOf(id), 'blocked');
    assert.equal(await first.inputValue(), 'Now only 9.99 EUR, half of what you paid.', 'what was typed stays');
    await visitor.shoot('edit-blocked');
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('heading', { name: 'Blocked by a check' }).waitFor();
    await page.locator('[aria-label=Queue] button', { hasText: client.last_name }).click();
    await until('Approve to be off', () => page.getByRole('button', { name: 'Approve' }).isDisabled());
    await page.keyboard.press('a');
    await page.keyboard.press('e');
    await page.getByLabel('Paragraph 1', { exact: true }).fill(paragraphs[0].text);
    assert.equal(await statusOf(id), 'blocked', 'the key does not approve what the button refuses');
    await page.getByRole('button', { name: 'Save and check' }).click();
    await untilStatus(id, 'in_review');
  });

  it('rejects with a reason of the list, and with words of their own', async () => {
    await visitor.open('/today');
    const [listed, own] = await queue();
    await currentRow().filter({ hasText: listed.client.last_name }).waitFor();
    await page.keyboard.press('r');
    await page.getByText(`Reject the draft for ${nameOf(listed)}?`).waitFor();
    await page.keyboard.press('1');
    await untilStatus(listed.id, 'rejected');
    await currentRow().filter({ hasText: own.client.last_name }).waitFor();
    await page.keyboard.press('r');
    await page.getByLabel('Another reason').fill('They moved away');
    await page.getByRole('dialog').getByRole('button', { name: 'Reject', exact: true }).click();
    await untilStatus(own.id, 'rejected');
    assert.deepEqual([(await seed.email(listed.id)).reason, (await seed.email(own.id)).reason], ['Wrong tone', 'They moved away']);
  });

  it('sees a new draft come in without touching anything', async () => {
    await visitor.open('/today');
    await currentRow().waitFor();
    const email = await seed.inReview('fresh');
    await page.locator('[aria-label=Queue] button', { hasText: email.client.last_name }).waitFor();
  });

  it('finds a client by name and reads what happened', async () => {
    await page.getByRole('link', { name: 'Clients' }).click();
    await page.getByLabel('Search clients').fill('robin steady-3');
    await page.waitForURL('**/clients?q=*');
    const cell = page.getByRole('cell', { name: 'Robin Steady-3' });
    await until('one row', async () => (await page.getByRole('cell', { name: 'Robin' }).count()) === 1);
    await visitor.shoot('clients');
    await cell.getByRole('link').click();
    await page.waitForURL('**/clients/steady-3*');
    await page.getByRole('heading', { name: 'Robin Steady-3' }).waitFor();
    await page.getByText('Order steady-3-o28').waitFor();
    const { sentence } = await seed.get('/clients/steady-3/score');
    await page.getByText(sentence).first().waitFor();
    await visitor.shoot('client');
  });

  it('may not see the keys', async () => {
    await visitor.open('/settings?tab=keys');
    await page.getByText('Only an admin sees this.').waitFor();
  });

  it('uses it on a phone', async () => {
    const phone = await Visitor.come(browser, url, { viewport: { width: 390, height: 844 }, storageState: await visitor.context.storageState() });
    try {
      await phone.open('/today');
      const [{ client, subject }] = await queue();
      await phone.page.locator('[aria-label=Queue] button', { hasText: client.last_name }).click();
      await phone.page.getByRole('heading', { name: subject }).waitFor();
      await phone.page.getByRole('button', { name: 'Approve' }).waitFor();
      await phone.shoot('today-phone');
      phone.noFaults();
    } finally {
      await phone.leave();
    }
  });

  it('signs out, and the session is worth nothing any more', async () => {
    const state = await visitor.context.storageState();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login*');
    const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await seed.send({ method: 'GET', path: '/api/v1/session', as: 'none', headers: { cookie } });
    assert.equal(answer.status, 401);
    await visitor.open('/today');
    await page.waitForURL('**/login?next=*');
    visitor.faults = visitor.faults.filter((fault) => !/401/.test(fault));
  });
});

describe('an admin', () => {
  let visitor, page;
  before(async () => {
    visitor = await Visitor.come(browser, url);
    page = visitor.page;
    await visitor.open('/login');
    await visitor.logIn('admin@shop.example', PASSWORD);
    await page.waitForURL('**/today');
    visitor.faults.length = 0;
  });
  after(() => visitor?.leave());
  afterEach(() => visitor.noFaults());

  it('creates a key, which works and is shown this once', async () => {
    await visitor.open('/settings?tab=keys');
    await page.getByLabel('Name').fill('the till');
    await page.getByLabel('Scope').selectOption('read');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('copy the key now').waitFor();
    const key = (await page.locator('code').textContent()).trim();
    await visitor.shoot('key-created');
    const used = await seed.send({ method: 'GET', path: '/api/v1/dashboard', as: 'none', headers: { authorization: `Bearer ${key}` } });
    assert.equal(used.status, 200, used.text);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page.getByText('the till').waitFor();
    assert.ok(!(await page.content()).includes(key), 'the key is not on the page any more');
  });

  it('opens every page without a fault', async () => {
    const pages = [['/pipeline', 'Dead letters'], ['/settings', 'Drafting is on'], ['/settings?tab=people', 'viewer@shop.example'],
      ['/settings?tab=backlog', 'Release a batch'], ['/settings?tab=sending', 'Never mailed'], ['/settings?tab=clock', '1 week on'],
      ['/emails?status=rejected', 'They moved away'], ['/nowhere', 'no page at this address']];
    for (const [address, text] of pages) {
      await visitor.open(address);
      await page.getByText(text).first().waitFor();
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
      await visitor.shoot(address.replaceAll(/\W+/g, '-').slice(1));
      visitor.noFaults();
    }
  });
});

describe('a client', () => {
  // A rehearsed email with what its message says, and a browser that runs no script.
  const handedOver = async (word) => {
    const email = await seed.handedOver(word);
    assert.equal(email.status, 'rehearsed');
    const raw = await seed.send({ method: 'GET', path: `/api/v1/emails/${email.id}/raw` });
    const link = linkIn(raw.text, 'u');
    assert.ok(link, 'the message has an unsubscribe link');
    const consent = async () => (await seed.get(`/clients/${email.client_id}`)).consent;
    return { raw, link, consent, visitor: await Visitor.come(browser, url, { javaScriptEnabled: false }) };
  };

  it('unsubscribes without JavaScript: the page asks, and only its button does it', async () => {
    const { raw, link, consent, visitor } = await handedOver('leaver');
    try {
      await visitor.page.goto(url + link);
      await visitor.page.screenshot({ path: 'build-check/screens/unsubscribe.png' });
      assert.equal((await consent()).status, 'subscribed', 'looking is not unsubscribing');
      assert.equal(await visitor.page.locator('script').count(), 0);
      await visitor.page.getByRole('button', { name: 'Unsubscribe', exact: true }).click();
      await visitor.page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
      assert.equal((await consent()).status, 'unsubscribed');
      assert.deepEqual(await visitor.context.cookies(), []);
      await visitor.page.goto(url + linkIn(raw.text, 'why'));
      assert.match(await visitor.page.textContent('body'), /Corner Records/);
      visitor.noFaults();
    } finally {
      await visitor.leave();
    }
  });

  it('pauses for three months by the other button of that page, which unsubscribes nobody', async () => {
    const { link, consent, visitor } = await handedOver('tired');
    try {
      await visitor.page.goto(url + link);
      await visitor.page.getByRole('button', { name: 'Pause for 3 months' }).click();
      await visitor.page.getByRole('heading', { name: 'Paused for three months' }).waitFor();
      const { status, until: end } = await consent();
      assert.equal(status, 'paused');
      const days = (Date.parse(end) - seed.at) / 86400e3;
      assert.ok(days > 89 && days <= 90, `the pause ends after ${days} days`);
      visitor.noFaults();
    } finally {
      await visitor.leave();
    }
  });
});
