// SPDX-License-Identifier: AGPL-3.0-or-later
// What the staff of a shop decide by numbers, in a real browser on the real program: whether it helped, what another policy
// would cause, which detector to take, who decided what. What a page shows is held against the API's own answer.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { PASSWORD, Seed } from '../api/seed.mjs';
import { until } from '../story-real/shop.mjs';
import { Visitor, launch } from './browser.mjs';

const DAY = 86400000, PEOPLE = 90;
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');
const number = (n) => n.toLocaleString('en-GB');

let seed, browser, url;

async function days(count) {
  for (let i = 0; i < count; i++) {
    await seed.shop.batch([{ order: { id: seed.next('alive'), client_id: `steady-${i % 7}`, ordered_at: iso(seed.at), total_minor: 2500 } }]);
    await seed.forward(DAY);
  }
}

// Ninety clients come due, some get their email, one in three comes back, every window of 30 days closes.
async function makeProof() {
  const people = [
    ...Array.from({ length: PEOPLE }, (_, i) => ({ id: `p-${i}`, silent: 50, gaps: 21 })),
    ...Array.from({ length: 4 }, (_, i) => ({ id: `late-${i}`, silent: 140 + i, gaps: 8 })),
    ...Array.from({ length: 7 }, (_, i) => ({ id: `steady-${i}`, silent: i, gaps: 28 })),
  ];
  await seed.shop.batch(people.flatMap((person) => seed.clientLines(person)));
  await until('ninety draws', async () => {
    await days(1);
    return (await seed.shop.all('/episodes')).filter(({ arm }) => arm === 'treated' || arm === 'holdout').length === PEOPLE;
  });
  for (const { id } of (await seed.get('/emails?status=in_review&limit=5')).items) {
    const email = await seed.email(id);
    await seed.act(email, 'approve', { content_hash: email.content_hash, review_ms: 90000 });
  }
  await days(10);
  await seed.shop.batch(Array.from({ length: PEOPLE / 3 }, (_, i) => ({ order: { id: `back-${i}`, client_id: `p-${3 * i}`, ordered_at: iso(seed.at), total_minor: 4000 } })));
  await days(31);
}

before(async () => {
  seed = await Seed.start({ bin: process.env.REKINDLE_BIN ?? path.resolve('build/rekindle') });
  await makeProof();
  url = `http://127.0.0.1:${seed.shop.port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await seed?.stop();
});

async function signedIn(role, options) {
  const visitor = await Visitor.come(browser, url, options);
  await visitor.open('/login');
  await visitor.logIn(`${role}@shop.example`, PASSWORD);
  await visitor.page.waitForURL('**/today');
  visitor.faults.length = 0; // the 401 that led to the login page
  return visitor;
}

describe('a viewer', () => {
  let visitor, page;
  before(async () => {
    visitor = await signedIn('viewer', { colorScheme: 'dark' });
    page = visitor.page;
  });
  after(() => visitor?.leave());
  afterEach(() => visitor.noFaults());

  it('reads in one sentence whether it helped, with both rates and the interval week by week', async () => {
    await page.getByRole('link', { name: 'Results' }).click();
    const { sentence, treated, holdout, series } = await seed.get('/results?window=30');
    assert.ok(treated.people + holdout.people === PEOPLE && series.some(({ lift }) => lift !== null), 'the shop has a result');
    const result = page.getByRole('region', { name: 'The result' });
    await result.getByText(sentence).waitFor();
    for (const arm of [treated, holdout]) await result.getByText(`${number(arm.reordered)} of ${number(arm.people)} people ordered again`).waitFor();
    await page.getByText('The same as a table').click();
    const weeks = series.filter(({ lift }) => lift !== null).length;
    assert.equal(await page.getByRole('region', { name: 'The difference, week by week' }).locator('tbody tr').count(), weeks);
    await visitor.shoot('results');
  });

  it('asks for another window, which stands in the address', async () => {
    await page.getByText('60 days', { exact: true }).click();
    await page.waitForURL('**/results?window=60');
    const { sentence, outside } = await seed.get('/results?window=60');
    await page.getByText(sentence).waitFor();
    assert.equal(outside.open, PEOPLE);
    await page.reload();
    await page.getByText(sentence).waitFor();
  });

  it('prints it on two sheets at most', async () => {
    await visitor.open('/results');
    await page.getByRole('heading', { name: 'By period' }).waitFor();
    const sheets = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1').match(/\/Type \/Page\b/g).length;
    assert.ok(sheets <= 2, `${sheets} sheets`);
  });

  it('reads the score of a client by keyboard, its chance of return and its due moment', async () => {
    await visitor.open('/clients/steady-3');
    const { sentence, chance_of_return: chance, due_at: due, score_after_last_order: after } = await seed.get('/clients/steady-3/score');
    const now = page.getByRole('region', { name: 'The score now' });
    await now.getByText(sentence).waitFor();
    await now.getByText(chance === null ? 'not shown: too little history' : `${Math.round(chance * 100)} % within 90 days`).waitFor();
    await now.getByText(after.toFixed(1), { exact: true }).waitFor();
    assert.equal(await now.locator('time').first().getAttribute('datetime'), due);
    const reader = page.getByRole('slider', { name: 'Read the time line' });
    await reader.press('End');
    assert.match(await reader.getAttribute('aria-valuetext'), /if no order comes/);
    for (let i = 0; i < 40 && !/order of/.test(await reader.getAttribute('aria-valuetext')); i++) await reader.press('ArrowLeft');
    assert.match(await reader.getAttribute('aria-valuetext'), /score \d+\.\d, order of/);
    await visitor.shoot('client-time-line');
  });

  it('sees the effect of the policy, and can neither slide nor draw nor look for a detector', async () => {
    await visitor.open('/settings');
    await page.getByText('Nothing changes').waitFor();
    assert.equal(await page.getByRole('slider', { name: 'Slide: Threshold' }).isDisabled(), true);
    assert.equal(await page.getByRole('button', { name: 'Draw all arms anew' }).isDisabled(), true);
    await page.getByRole('tab', { name: 'Tuning' }).click();
    await page.getByText('Only an admin may look again').waitFor();
    await page.getByRole('tab', { name: 'Audit' }).click();
    await page.getByText('Only an admin sees this.').waitFor();
  });
});

describe('a reviewer', () => {
  it('decides, and the time that the draft was open is kept with the decision', async () => {
    const visitor = await signedIn('reviewer');
    try {
      const { id } = await seed.inReview('timed');
      await visitor.open(`/today?id=${id}`);
      const begun = Date.now();
      await visitor.page.locator('iframe').waitFor();
      await visitor.page.getByRole('button', { name: 'Approve' }).click();
      await until('the approval', async () => (await seed.email(id)).status === 'approved');
      const [{ review_ms: ms }] = (await seed.email(id)).approvals;
      assert.ok(ms > 0 && ms <= Date.now() - begun, `${ms} ms`);
      visitor.noFaults();
    } finally {
      await visitor.leave();
    }
  });
});

describe('an admin', () => {
  let visitor, page;
  before(async () => {
    visitor = await signedIn('admin');
    page = visitor.page;
  });
  after(() => visitor?.leave());
  afterEach(() => visitor.noFaults());

  // The program goes down while a proposal is put into its tables; a page that is open would say so on its console.
  async function makeProposal() {
    await page.goto('about:blank');
    await seed.makeProposal();
  }

  it('slides the threshold, sees what would come of it, and saves it', async () => {
    await visitor.open('/settings');
    const slider = page.getByRole('slider', { name: 'Slide: Threshold' });
    await page.getByText('Nothing changes').waitFor();
    for (let i = 0; i < 10; i++) await slider.press('ArrowLeft');
    assert.equal(await page.getByLabel('Threshold', { exact: true }).inputValue(), '40');
    const asked = await seed.send({ method: 'POST', path: '/api/v1/policy/preview', body: { threshold: 40, exact: true } });
    const { then, clients } = asked.json;
    await page.getByText(`Counted from all ${number(clients)} clients.`).waitFor();
    const row = page.getByRole('row', { name: /^silences that come due/ }).first();
    await until('the row of the preview', async () => (await row.locator('td').nth(1).textContent()) === number(then.past.episodes.value));
    await visitor.shoot('settings-preview');
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText(/^Policy version/).waitFor();
    assert.equal((await seed.get('/policy')).threshold, 40);
  });

  it('states margin and costs, and finds them in the results', async () => {
    await visitor.open('/settings');
    await page.getByLabel('Gross margin').fill('50');
    await page.getByLabel(/^An hour of review/).fill('30');
    await page.getByLabel(/^Sending one email/).fill('0.02');
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText(/^Policy version/).waitFor();
    const { gross_margin: margin, costs } = await seed.get('/policy');
    assert.deepEqual([margin, costs], [0.5, { review_hour_minor: 3000, email_minor: 2 }]);
    await visitor.open('/results');
    const { emails, costs: paid } = (await seed.get('/results')).money;
    const money = page.getByRole('region', { name: 'What it brought, what it cost' });
    await money.getByText('gross margin 50 %').waitFor();
    await money.getByText(`${emails} emails that left`).waitFor();
    assert.match(await money.getByRole('row', { name: /^Review/ }).textContent(), new RegExp(`${(paid.review_minor / 100).toFixed(2)}$`));
  });

  it('draws all arms anew with a reason, and finds it in the audit log under their own name', async () => {
    const before = (await seed.get('/policy')).holdout_salt;
    await visitor.open('/settings');
    await page.getByRole('button', { name: 'Draw all arms anew' }).click();
    await page.getByLabel('Why?').fill('A new year');
    await page.getByLabel('Yes, draw every person anew').check();
    await page.getByRole('button', { name: 'Draw anew', exact: true }).click();
    await page.getByText('A new period of the proof has begun.').waitFor();
    assert.notEqual((await seed.get('/policy')).holdout_salt, before);
    await page.getByRole('tab', { name: 'Audit' }).click();
    const entry = page.getByRole('row', { name: /All arms drawn anew/ });
    await entry.getByText('admin@shop.example').waitFor();
    await entry.getByText('A new year').waitFor();
    await page.getByRole('row', { name: /Policy saved/ }).getByText('threshold: 50 → 40').waitFor();
    await visitor.shoot('settings-audit');
  });

  it('is told on Today that a detector waits, dials it, and puts it into force', async () => {
    await makeProposal();
    await visitor.open('/today');
    await page.getByRole('link', { name: 'Look at it in Settings' }).click();
    await page.waitForURL('**/settings?tab=tuning');
    const { proposal } = await seed.get('/tuning');
    await page.getByRole('region', { name: 'The proposal' }).waitFor();
    await page.getByRole('slider', { name: 'Fewer or more emails' }).press('Home');
    const fewest = proposal.dial.toSorted((a, b) => a.episodes_per_day - b.episodes_per_day)[0];
    await page.getByText(`that is ${fewest.episodes_per_day} emails a day.`).waitFor();
    await page.getByText('What was compared').click();
    await visitor.shoot('settings-tuning');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('wait in the backlog').waitFor();
    await page.getByRole('button', { name: 'Put into force' }).click();
    await page.getByText('The proposal was confirmed').waitFor();
    const { detector, threshold } = await seed.get('/policy');
    assert.deepEqual([detector, threshold], [proposal.detector, fewest.threshold]);
    assert.equal((await seed.get('/tuning')).status, 'confirmed');
    await visitor.open('/today');
    await page.getByRole('heading', { name: 'Today' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Look at it in Settings' }).count(), 0);
  });

  it('keeps what is in force', async () => {
    await makeProposal();
    const before = await seed.get('/policy');
    await visitor.open('/settings?tab=tuning');
    await page.getByRole('button', { name: 'Keep what is in force' }).click();
    await page.getByText('The proposal was declined').waitFor();
    assert.deepEqual(await seed.get('/policy'), before);
  });

  it('looks at a history that is too short and says how often clients order', async () => {
    await visitor.open('/settings?tab=tuning');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByLabel('Usual gap between two orders, days').fill('40');
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByText(/Freshness now halves in 80 days/).waitFor();
    const { usual_gap_days: gap, detector } = await seed.get('/policy');
    assert.deepEqual([gap, detector.half_life_days], [40, 80]);
  });
});
