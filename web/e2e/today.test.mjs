// SPDX-License-Identifier: AGPL-3.0-or-later
// The review queue by keyboard in a real browser on the mock shop: keys, dialogs and notices under the CSP, the frame
// that must not swallow keys, and the weight of the first load.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, beforeEach, afterEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startMock } from '../mock/server.mjs';
import { launch } from './browser.mjs';

const FIRST_LOAD_LIMIT = 250_000;
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
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
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

const open = async () => {
  await page.goto(`${mock.url}/today`);
  await page.locator('iframe').waitFor();
};
const selected = () => page.locator('[aria-current=true] b').innerText();

test('approve by key, undo, walk on', async () => {
  await open();
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'A light roast for the dark months' }).waitFor();
  await page.keyboard.press('a');
  await page.getByText('Approved for Tom Albrecht').waitFor();
  assert.equal(await selected(), 'Priya Raman');
  await page.keyboard.press('z');
  await page.getByRole('heading', { name: 'A light roast for the dark months' }).waitFor();
  assert.equal(await selected(), 'Tom Albrecht');
});

test('keys go on working after a click into the frame', async () => {
  await open();
  await page.locator('iframe').click({ position: { x: 200, y: 120 } });
  await page.waitForFunction(() => document.activeElement?.tagName !== 'IFRAME');
  await page.keyboard.press('j');
  await page.getByRole('heading', { name: 'A light roast for the dark months' }).waitFor();
});

test('a planted false price is blocked; the words stay', async () => {
  await open();
  await page.keyboard.press('e');
  await page.getByRole('textbox', { name: 'Paragraph 1' }).fill('Everything is 40 % off until Friday.');
  await page.getByRole('button', { name: 'Save and check' }).click();
  await page.getByText('Saved, but these checks failed').waitFor();
  assert.equal(await page.getByRole('textbox', { name: 'Paragraph 1' }).inputValue(), 'Everything is 40 % off until Friday.');
});

for (const [key, role, name] of [
  ['e', 'dialog', 'edit dialog'],
  ['r', 'dialog', 'reject dialog'],
  ['?', 'dialog', 'list of keys'],
  ['a', 'alert', 'notice of an approval'],
]) {
  test(`the ${name} has no accessibility violation`, async () => {
    await open();
    await page.keyboard.press(key);
    await page.getByRole(role).waitFor();
    await page.evaluate(axe);
    const result = await page.evaluate(() => globalThis.axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
    assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`), []);
  });
}

test('on a phone the list leads to the draft and back', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${mock.url}/today`);
  await page.getByRole('button', { name: /Maya Lindqvist/ }).click();
  await page.locator('iframe').waitFor();
  await page.getByText('Why now').click();
  await page.getByText('Facts the text may use').waitFor();
  await page.goBack();
  await page.getByRole('button', { name: /Maya Lindqvist/ }).waitFor();
});

test('the first load of Today is light', async () => {
  let bytes = 0;
  const pending = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) pending.push(response.body().then((b) => (bytes += gzipSync(b, { level: 9 }).length)));
  });
  await open();
  await page.getByText('Days between orders').waitFor();
  await Promise.all(pending);
  console.log(`first load: ${bytes} bytes of script, gzipped`);
  assert.ok(bytes > 50_000 && bytes < FIRST_LOAD_LIMIT, `${bytes} bytes`);
});
