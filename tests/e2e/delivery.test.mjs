// SPDX-License-Identifier: AGPL-3.0-or-later
// What staff see of a mail after it was approved, in a real browser on the real program: what it waits for, a click, a bounce
// that another program reports, the mark in the list; and the file with all that is kept of the person.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { linkIn } from '../api/relay.mjs';
import { PASSWORD, Seed } from '../api/seed.mjs';
import { until } from '../story-real/shop.mjs';
import { Visitor, launch } from './browser.mjs';

const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };

let seed, browser, url, email;
before(async () => {
  seed = await Seed.start({ bin: process.env.REKINDLE_BIN ?? path.resolve('build/rekindle') });
  await seed.makeHistory();
  url = `http://127.0.0.1:${seed.shop.port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await seed?.stop();
});

async function signedIn(role) {
  const visitor = await Visitor.come(browser, url);
  await visitor.open('/login');
  await visitor.logIn(`${role}@shop.example`, PASSWORD);
  await visitor.page.waitForURL('**/today');
  visitor.faults.length = 0; // the 401 that led to the login page
  return visitor;
}

// Presses Tab until the element has the focus, as one without a mouse gets there.
async function tabTo(page, target) {
  for (let i = 0; i < 120; i++) {
    if (await target.evaluate((element) => element === globalThis.document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('Tab does not get there');
}

const report = (event) => seed.send({ method: 'POST', path: '/hooks/delivery', as: 'key:delivery', body: { events: [event] } });

describe('a reviewer', () => {
  let visitor, page;
  before(async () => {
    visitor = await signedIn('reviewer');
    page = visitor.page;
  });
  after(() => visitor?.leave());
  afterEach(() => visitor.noFaults());

  const delivery = () => page.getByRole('region', { name: 'Delivery' });
  const said = (term) => delivery().locator('dt', { hasText: term }).locator('xpath=following-sibling::dd[1]');

  it('sees until when a mail waits, and what for', async () => {
    const { quiet_hours: hours } = await seed.get('/policy');
    await seed.shop.policy({ quiet_hours: { from: '00:00', to: '23:59' } });
    const { id } = await seed.handedOver('waiting');
    await seed.shop.policy({ quiet_hours: hours });
    const shown = await seed.email(id);
    assert.deepEqual([shown.status, shown.reason], ['approved', 'quiet_hours']);
    await visitor.open(`/emails/${id}`);
    await said('Will be sent after').filter({ hasText: 'Waits for the end of the client’s quiet hours' }).waitFor();
    assert.equal(await said('Will be sent after').locator('time').getAttribute('datetime'), shown.send_after);
    await visitor.check('a mail that waits');
  });

  it('sees that a mail left, and a click of a person apart from a machine’s', async () => {
    email = await seed.sent();
    await visitor.open(`/emails/${email.id}`);
    await said('The relay').filter({ hasText: '250 2.0.0 accepted' }).waitFor();
    await delivery().getByText('Nothing was heard of it since.').waitFor();
    const link = linkIn(seed.messageOf(email), 'c');
    await seed.send({ method: 'GET', path: link, as: 'none' });
    await seed.forward(60000);
    await seed.send({ method: 'GET', path: link, as: 'none', headers: BROWSER });
    await until('both clicks', async () => { const { clicks, machine_clicks: machines } = await seed.email(email.id); return clicks + machines === 2; });
    await visitor.open(`/emails/${email.id}`);
    await said('Clicks by people').filter({ hasText: /^1The first/ }).waitFor();
    await said('By machines').filter({ hasText: /^1/ }).waitFor();
  });

  it('sees a bounce appear without touching anything, with its reason and who said so', async () => {
    const bounce = { id: 'b-1', email_id: email.id, type: 'hard_bounce', status: '5.1.1', detail: `<${email.client_id}@clients.example>: no such user` };
    const answer = await report(bounce);
    assert.equal(answer.json.accepted, 1, answer.text);
    const heard = delivery().getByRole('list', { name: 'Heard since' }).getByRole('listitem');
    await heard.filter({ hasText: 'Bounced: it cannot be delivered' }).waitFor();
    assert.equal(await heard.count(), 1);
    const text = await heard.textContent();
    assert.match(text, /5\.1\.1 · .*no such user.*Said by another program/);
    assert.ok(!text.includes('@clients.example'), 'the address is masked');
    await delivery().getByText('Bounced', { exact: true }).waitFor();
    await visitor.check('a mail that bounced');
    await visitor.shoot('email-bounced');
  });

  it('finds it marked in the list, and opens it with the keyboard', async () => {
    await visitor.open('/emails?status=sent');
    const row = page.getByRole('link').filter({ hasText: 'Bounced' });
    await row.waitFor();
    assert.equal(await row.count(), 1);
    await visitor.check('the list with a bounce');
    await tabTo(page, row);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/emails/${email.id}`);
    await delivery().getByText('Bounced', { exact: true }).waitFor();
  });

  it('may not export what is kept of the person', async () => {
    await visitor.open(`/clients/${email.client_id}`);
    await page.getByText('Only an admin may export').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Export data' }).isDisabled());
  });
});

describe('an admin', () => {
  it('saves all that is kept of a client as a file, with the keyboard', async () => {
    const visitor = await signedIn('admin');
    const { page } = visitor;
    try {
      await visitor.open(`/clients/${email.client_id}`);
      const button = page.getByRole('button', { name: 'Export data' });
      await button.waitFor();
      await visitor.check('a client with the export');
      await tabTo(page, button);
      const download = page.waitForEvent('download');
      await page.keyboard.press('Enter');
      const file = await download;
      assert.equal(file.suggestedFilename(), `export-${email.client_id}.json`);
      const saved = JSON.parse(readFileSync(await file.path(), 'utf8'));
      const { made_at: at, ...everything } = await seed.get(`/clients/${email.client_id}/export`);
      assert.deepEqual({ ...saved, made_at: at }, { made_at: at, ...everything });
      assert.deepEqual(saved.clients[0].notices.map(({ kind }) => kind), ['hard_bounce']);
      visitor.noFaults();
    } finally {
      await visitor.leave();
    }
  });
});
