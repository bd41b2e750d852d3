// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page at two widths and in both schemes, on the mock shop: no error in the browser's console (so no breach of the
// CSP), no sideways scrolling, no violation of WCAG 2.2 AA. Pictures go to REKINDLE_SHOTS when it is set.
// Needs web/dist; run with: npm run e2e
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startMock } from '../mock/server.mjs';
import { launch } from './browser.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = process.env.REKINDLE_SHOTS;
const draft = '0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f10';
const sent = '0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5e11';
const bounced = '0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5e13';

/** Name, address, and what must be there before the page is looked at. */
const pages = [
  ['login', '/login', 'text=Sign in'],
  ['today', '/today', 'text=New beans on the shelf'],
  ['today-draft', `/today?id=${draft}`, 'text=New beans on the shelf >> visible=true'],
  ['clients', '/clients', '[role=cell]'],
  ['client', '/clients/c-1000', 'text=What happened'],
  ['emails', '/emails', 'text=Rehearsed >> visible=true'],
  ['email', `/emails/${sent}`, 'text=Life'],
  ['email-bounced', `/emails/${bounced}`, 'text=User unknown'],
  ['results', '/results', 'text=By period'],
  ['results-90', '/results?window=90', 'text=within 90 days'],
  ['pipeline', '/pipeline', 'text=Dead letters'],
  ['settings-policy', '/settings', 'text=Counted from all'],
  ['settings-voice', '/settings?tab=voice', 'text=Banned phrases'],
  ['settings-offer', '/settings?tab=offer', 'text=480 left'],
  ['settings-tuning', '/settings?tab=tuning', 'text=What was compared'],
  ['settings-audit', '/settings?tab=audit', 'text=Rekindle itself'],
  ['settings-people', '/settings?tab=people', 'text=otto@fernwood.example'],
  ['settings-keys', '/settings?tab=keys', 'text=shop system'],
  ['settings-backlog', '/settings?tab=backlog', 'text=Release a batch'],
  ['settings-sending', '/settings?tab=sending', 'text=Never mailed'],
  ['settings-clock', '/settings?tab=clock', 'text=1 week on'],
  ['nowhere', '/nowhere', 'text=no page at this address'],
];

let mock;
let browser;
before(async () => {
  mock = await startMock();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  mock?.close();
});

for (const colorScheme of ['light', 'dark']) {
  for (const width of [1440, 390]) {
    let context; // one for all pages of a look, so that the assets are read once
    for (const [name, address, ready] of pages) {
      test(`${name} at ${width} px, ${colorScheme}`, async () => {
        context ??= await browser.newContext({ viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme, reducedMotion: 'reduce' });
        const page = await context.newPage();
        const faults = [];
        page.on('console', (m) => m.type() === 'error' && faults.push(m.text()));
        page.on('pageerror', (e) => faults.push(String(e)));
        await page.goto(mock.url + address, { waitUntil: 'load' });
        await page.locator(ready).first().waitFor({ timeout: 15_000 });
        await page.evaluate(() => document.fonts.ready);
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
        if (shots) await page.screenshot({ path: path.join(shots, `${name}-${width}-${colorScheme}.png`) });
        const sideways = await page.evaluate(() => [...document.querySelectorAll('html, #content')].some((e) => e.scrollWidth > e.clientWidth + 1));
        await page.evaluate(axe);
        const result = await page.evaluate(() => globalThis.axe.run(document, { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }));
        await page.close();
        assert.deepEqual(faults, []);
        assert.equal(sideways, false, 'the page scrolls sideways');
        assert.deepEqual(result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.any[0]?.message ?? ''}`).join(' | ')}`), []);
      });
    }
  }
}
