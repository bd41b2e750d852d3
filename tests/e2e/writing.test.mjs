// SPDX-License-Identifier: AGPL-3.0-or-later
// What staff see of a writer that asks a model service, in a real browser on the real program: why it cannot write and that
// it can again, what it costs, a draft written anew with a wish, a planted price, the brand voice and the offer.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { PASSWORD } from '../api/seed.mjs';
import { KEY } from '../fake/openrouter.mjs';
import { Stand } from '../writer/stand.mjs';
import { Visitor, launch } from './browser.mjs';

const WISH = 'A little shorter, with a word about listening at home';

let stand, browser, visitor, page, id;
before(async () => {
  stand = await Stand.start();
  await stand.shop.call('POST', '/staff', { email: 'admin@shop.example', role: 'admin', password: PASSWORD });
  await stand.shop.stop();
  stand.fake.key = 'another'; // the service does not know ours any more
  await stand.shop.start();
  browser = await launch();
  visitor = await Visitor.come(browser, `http://127.0.0.1:${stand.shop.port}`);
  page = visitor.page;
  await visitor.open('/login');
  await visitor.logIn('admin@shop.example', PASSWORD);
  await page.waitForURL('**/today');
  visitor.faults.length = 0; // the 401 that led to the login page
});
after(async () => {
  await browser?.close();
  await stand?.end();
});
afterEach(() => visitor.noFaults());

const banner = () => page.getByRole('alert').filter({ hasText: 'The writer is degraded' });
const writer = () => page.getByRole('region', { name: 'Writer' });
const save = () => page.getByRole('button', { name: 'Save the policy' }).click();

describe('a writer that cannot write', () => {
  it('is told on every page, with the reason and where to look', async () => {
    await stand.until('the check', async () => /key/i.test((await stand.ready()).writer.detail ?? ''));
    const { detail } = (await stand.ready()).writer;
    for (const address of ['/today', '/emails', '/settings']) {
      await visitor.open(address);
      await banner().filter({ hasText: detail }).filter({ hasText: 'Drafts wait; nothing is lost.' }).waitFor();
    }
    await banner().getByRole('link', { name: 'Look at Pipeline' }).click();
    await page.waitForURL('**/pipeline');
    await writer().getByText(detail).first().waitFor();
    await writer().getByText('degraded').first().waitFor();
    await visitor.shoot('writer-degraded');
    await visitor.check('a degraded writer');
  });

  it('lets drafts wait, and they say what for', async () => {
    id = await stand.askOne();
    await stand.drive('the draft to wait', async () => (await stand.email(id)).reason === 'writer_degraded');
    await visitor.open('/emails?status=drafting');
    await page.getByText('Waits: the writer is degraded, see Pipeline').waitFor();
    assert.deepEqual(stand.fake.chats, [], 'nothing was asked of the model');
  });

  it('is well again by itself when the fault is mended: the banner goes, the draft comes', async () => {
    stand.fake.key = KEY;
    await stand.until('the writer to be ready', async () => (await stand.ready()).writer.state === 'ok');
    await banner().waitFor({ state: 'detached', timeout: 60000 });
    assert.equal((await stand.drafted(id, { stepMs: 60000 })).status, 'in_review');
    await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
    await writer().getByText('fern/writer-1 at fernhost writes the drafts.').waitFor();
  });
});

describe('the Pipeline page', () => {
  it('shows pace, breaker and the money of the day as they are', async () => {
    await visitor.open('/pipeline');
    await writer().getByText('Requests leave').waitFor();
    const { writer: { budget } } = await stand.pipeline();
    assert.ok(budget.spent_usd > 0, 'the draft cost something');
    const bar = await writer().getByRole('img').getAttribute('aria-label');
    assert.match(bar, /^Of US\$50\.00 a day: US\$0\.00\d+ spent, US\$0\.00 reserved for calls under way, US\$0\.00 may have been billed, US\$50\.00 left$/);
    await visitor.shoot('writer');
    await visitor.check('the Pipeline page');
  });
});

describe('a draft', () => {
  it('tells how it was written: what left the house, the calls and their cost', async () => {
    const email = await stand.email(id);
    await visitor.open(`/emails/${id}`);
    const left = page.getByRole('region', { name: 'What left the house' });
    await left.getByText(email.writer.request_hash).waitFor();
    await left.getByText('Value by value').click();
    assert.equal(await left.getByRole('row').count(), email.egress.length + 1);
    const calls = page.getByRole('region', { name: 'Calls and cost' });
    await calls.getByText('Answered').waitFor();
    const [raw] = await Promise.all([page.context().waitForEvent('page'), calls.getByRole('link', { name: 'What it said' }).click()]);
    await raw.waitForLoadState();
    assert.match(await raw.textContent('body'), /^\{"subject":/);
    await raw.close();
    await visitor.shoot('email-writing');
    await visitor.check('an email with its calls');
  });

  it('is written anew with a wish, which the model is told', async () => {
    const asked = stand.fake.chats.length;
    stand.fake.plan = () => ({ salt: 'anew' });
    await visitor.open(`/today?id=${id}`);
    await page.getByLabel('Why this client now').waitFor();
    await page.keyboard.press('w');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What should be different?').fill(WISH);
    await visitor.check('the dialog of a regeneration');
    await visitor.shoot('regenerate');
    await dialog.getByRole('button', { name: 'Write anew' }).click();
    await page.getByText('Writing anew').waitFor();
    const email = await stand.drafted(id, { stepMs: 60000 });
    assert.equal(email.status, 'in_review');
    assert.ok(stand.fake.chats.slice(asked).some(({ bytes }) => bytes.includes(WISH)), 'the wish was sent');
  });

  it('with a planted price is blocked, before and after it is saved, and the change shows as a diff', async () => {
    const { paragraphs } = await stand.email(id);
    const planted = `${paragraphs[0].text} Now only 9.99 EUR.`;
    await visitor.open(`/today?id=${id}`);
    await page.getByLabel('Why this client now').waitFor();
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Paragraph 1', { exact: true }).fill(planted);
    await dialog.getByText(/As it stands, a check would block it:/).waitFor();
    assert.equal((await stand.email(id)).status, 'in_review', 'typing saves nothing');
    await visitor.shoot('edit-live-checks');
    await dialog.getByRole('button', { name: 'Save and check' }).click();
    await dialog.getByRole('alert').filter({ hasText: 'cannot be approved' }).waitFor();
    assert.equal((await stand.email(id)).status, 'blocked');
    await visitor.open(`/emails/${id}`);
    const edits = page.getByRole('region', { name: 'Edits' });
    await edits.getByText('by you').waitFor();
    assert.match((await edits.locator('ins').allTextContents()).join(' '), /Now only 9\.99 EUR\./);
    assert.equal(await edits.locator('del').count(), 0, 'nothing was taken out');
    await page.getByRole('list', { name: 'These block it' }).getByRole('listitem').first().waitFor();
    await visitor.check('an edited email');
    await visitor.shoot('email-edited');
  });
});

describe('the settings', () => {
  it('take the brand voice, a list a line each', async () => {
    await visitor.open('/settings?tab=voice');
    await page.getByLabel('Tone').fill('calm and plain');
    await page.getByLabel('Banned phrases').fill('last chance\n\n  hurry  ');
    await page.getByLabel('Stand-in language').selectOption('German');
    await visitor.check('the brand voice');
    await visitor.shoot('settings-voice');
    await save();
    await page.getByText('In force').waitFor();
    const { body: { brand } } = await stand.shop.call('GET', '/policy');
    assert.deepEqual([brand.tone, brand.banned_phrases, brand.language], ['calm and plain', ['last chance', 'hurry'], 'de']);
  });

  it('take an offer with one-time codes that are pasted', async () => {
    await visitor.open('/settings?tab=offer');
    await page.getByRole('switch', { name: 'An offer is made' }).click();
    await page.getByLabel('Text in English').fill('A small thank-you for your next record.');
    await page.getByLabel('Code', { exact: true }).selectOption('One-time codes from a list');
    await page.getByLabel('Given away when it is used, USD').fill('2.50');
    await save();
    await page.getByText('In force').waitFor();
    const { body: { offer } } = await stand.shop.call('GET', '/policy');
    assert.deepEqual(offer, { on: true, texts: { en: 'A small thank-you for your next record.' }, codes: 'one_time', code: '', ends_at: null, cost_minor: 250 });
    await page.getByLabel('Paste codes').fill('GIFT-1\nGIFT-2, GIFT-3');
    await page.getByRole('button', { name: 'Add 3 codes' }).click();
    await page.getByText('3 left.').waitFor();
    await visitor.check('the offer');
    await visitor.shoot('settings-offer');
  });
});

describe('on a phone', () => {
  it('all of it fits and nothing is lost', async () => {
    const phone = await Visitor.come(browser, visitor.url, { viewport: { width: 390, height: 844 }, storageState: await visitor.context.storageState() });
    try {
      for (const [address, text] of [['/pipeline', 'Requests leave'], [`/emails/${id}`, 'Calls and cost'], ['/settings?tab=voice', 'Banned phrases'], ['/settings?tab=offer', '3 left.']]) {
        await phone.open(address);
        await phone.page.getByText(text).first().waitFor();
        await phone.check(`${address} on a phone`);
        await phone.shoot(`phone-${address.replaceAll(/\W+/g, '-').slice(1, 24)}`);
      }
      phone.noFaults();
    } finally {
      await phone.leave();
    }
  });
});
