// SPDX-License-Identifier: AGPL-3.0-or-later
// What needs a real browser of the proof and its settings: paper, sliders by key, dialogs, and drawings that are read by
// keyboard, all under the CSP and without a fault in the browser's console.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { startMock } from '../mock/server.mjs';
import { launch } from './browser.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let mock;
let browser;
let context;
let page;
let faults;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});
beforeEach(async () => {
  mock = await startMock();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', colorScheme: 'dark' });
  page = await context.newPage();
  faults = [];
  page.on('console', (m) => m.type() === 'error' && faults.push(m.text()));
  page.on('pageerror', (e) => faults.push(String(e)));
});
afterEach(async () => {
  await context.close();
  mock.close();
  assert.deepEqual(faults, []);
});

async function violations() {
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
  return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`);
}

test('the results fill no more than two A4 pages, black on white, without the navigation', async () => {
  await page.goto(`${mock.url}/results`);
  await page.getByRole('heading', { name: 'By period' }).waitFor();
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' }); // a page half loaded has another length
  await page.emulateMedia({ media: 'print' }); // what measures itself does so for paper before it is printed
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  const sheets = pdf.toString('latin1').match(/\/Type \/Page\b/g).length;
  assert.ok(sheets >= 1 && sheets <= 2, `${sheets} pages`);
  assert.equal(await page.getByRole('navigation', { name: 'Main', includeHidden: true }).isVisible(), false);
  assert.equal(await page.getByRole('button', { name: 'Print', includeHidden: true }).isVisible(), false);
  assert.equal(await page.getByText('Fernwood Coffee,').isVisible(), true);
  const [ink, paper] = await page.getByText('chosen for an email').evaluate((e) => [getComputedStyle(e).color, getComputedStyle(e.closest('section')).backgroundColor]);
  assert.deepEqual([ink, paper], ['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
});

test('the policy is slid by keys, the effect follows, first from a sample and then counted', async () => {
  await page.goto(`${mock.url}/settings`);
  const slider = page.getByRole('slider', { name: 'Slide: Threshold' });
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.getByLabel('Threshold', { exact: true }).inputValue(), '48');
  await page.getByText('From 4,000 of 100,000 clients').waitFor();
  await page.getByText('Counted from all 100,000 clients.').waitFor();
  await page.getByText('fewer clients in the backlog').waitFor();
  await page.keyboard.press('End');
  assert.equal(await page.getByLabel('Threshold', { exact: true }).inputValue(), '90');
  assert.equal(await page.getByRole('button', { name: 'Save the policy' }).isEnabled(), true);
});

test('drawing anew and confirming a proposal are dialogs without a violation, and work', async () => {
  await page.goto(`${mock.url}/settings`);
  await page.getByRole('button', { name: 'Draw all arms anew' }).click();
  await page.getByLabel('Why?').fill('A new year');
  await page.getByLabel('Yes, draw every person anew').check();
  assert.deepEqual(await violations(), []);
  await page.getByRole('button', { name: 'Draw anew' }).click();
  await page.getByText('A new period of the proof has begun.').waitFor();
  await page.getByRole('tab', { name: 'Tuning' }).click();
  await page.getByText('What was compared').click();
  await page.getByRole('slider', { name: 'Fewer or more emails' }).press('ArrowRight');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('wait in the backlog').waitFor();
  assert.deepEqual(await violations(), []);
  await page.getByRole('button', { name: 'Put into force' }).click();
  await page.getByText('The proposal was confirmed').waitFor();
  await page.getByText('due under 50.').waitFor();
  await page.getByRole('tab', { name: 'Audit' }).click();
  await page.getByRole('row', { name: /Detector confirmed/ }).waitFor();
});

test('looking again runs and ends by itself', async () => {
  await page.goto(`${mock.url}/settings?tab=tuning`);
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('Looking at the history since').waitFor();
  await page.getByRole('region', { name: 'The proposal' }).waitFor();
});

for (const [address, name, value] of [
  ['/results', 'Read the chart week by week', /points, most likely/],
  ['/clients/c-1003', 'Read the time line', /score \d/],
]) {
  test(`${address}: the drawing is read by keyboard and by pointer`, async () => {
    await page.goto(mock.url + address);
    const reader = page.getByRole('slider', { name });
    await reader.focus();
    const seen = new Set();
    for (const key of ['End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft']) {
      await page.keyboard.press(key);
      seen.add(await reader.getAttribute('aria-valuetext'));
    }
    assert.equal(seen.size, 4);
    for (const text of seen) assert.match(text, value);
    assert.deepEqual(await violations(), []);
    await page.keyboard.press('Escape');
    const before = await reader.getAttribute('aria-valuetext');
    const box = await reader.boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
    assert.notEqual(await reader.getAttribute('aria-valuetext'), before);
  });
}
