// SPDX-License-Identifier: AGPL-3.0-or-later
// The client's pages in a browser: without JavaScript they do all they can do, and axe finds nothing against WCAG 2.2 AA in
// any language, light or dark, on a phone too. Buttons are large enough to hit, and keyboards see where they are.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launch, Visitor } from '../e2e/browser.mjs';
import { Seed } from '../api/seed.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const LOCALES = ['en-GB', 'de-DE', 'fr-FR', 'es-ES'];
const PHONE = { width: 320, height: 640 };
let seed, browser;

async function sentTo(locale) {
  const id = seed.next('reader');
  const lines = seed.clientLines({ id, silent: 20, gaps: 4 });
  lines[0].client.locale = locale;
  await seed.shop.batch(lines);
  await seed.forward(0);
  const asked = await seed.send({ method: 'POST', path: `/api/v1/clients/${id}/draft`, body: { reason: 'for a test' } });
  assert.equal(asked.status, 202, asked.text);
  await seed.forward(0);
  const [{ id: email }] = (await seed.get(`/clients/${id}/emails`)).items;
  const ready = await seed.email(email);
  assert.equal(ready.status, 'in_review', JSON.stringify(ready.checks));
  await seed.act(ready, 'approve', { content_hash: ready.content_hash });
  await seed.forward(15000);
  const file = readdirSync(path.join(seed.shop.data, 'maildir', 'new')).find((name) => name.startsWith(email));
  const message = readFileSync(path.join(seed.shop.data, 'maildir', 'new', file), 'utf8').replaceAll('=\r\n', '');
  return { client: id, pages: ['u', 'why'].map((kind) => new RegExp(`/${kind}/[\\w-]+`).exec(message)[0]) };
}

async function visit(address, options, look) {
  const visitor = await Visitor.come(browser, `http://127.0.0.1:${seed.shop.port}`, options);
  try {
    await visitor.open(address);
    await look(visitor.page, visitor);
    visitor.noFaults();
  } finally { await visitor.leave(); }
}

async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate((rules) => globalThis.axe.run(globalThis.document, { runOnly: rules }), RULES);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

before(async () => {
  browser = await launch();
  seed = await Seed.start({ rehearsal: true });
  await seed.shop.batch(Array.from({ length: 5 }, (_, i) => ({ product: { id: `coffee-${i}`, name: `House coffee ${i}`, category: 'coffee',
    url: `https://records.example/coffee/${i}`, price_minor: 1200 + i, currency: 'USD' } })));
});
after(async () => { await browser?.close(); await seed?.stop(); });

describe("the client's pages", () => {
  for (const locale of LOCALES) it(`keep WCAG 2.2 AA in ${locale}, light and dark, wide and narrow`, async () => {
    const { pages } = await sentTo(locale);
    for (const address of pages) for (const colorScheme of ['light', 'dark']) for (const viewport of [PHONE, { width: 1280, height: 900 }]) {
      await visit(address, { colorScheme, viewport }, async (page) => {
        assert.equal(await page.getAttribute('html', 'lang'), locale.slice(0, 2));
        assert.deepEqual(await violations(page), [], `${address} ${colorScheme} ${viewport.width}`);
        const width = await page.evaluate(() => globalThis.document.documentElement.scrollWidth);
        assert.ok(width <= viewport.width, `nothing sticks out: ${width}`);
      });
    }
  });

  it('have buttons that are large, described and drawn around when they have the focus', async () => {
    const { pages: [, why] } = await sentTo('en-GB');
    await visit(why, { viewport: PHONE }, async (page) => {
      const buttons = await page.getByRole('button').all();
      assert.equal(buttons.length, 4);
      for (const button of buttons) {
        await page.keyboard.press('Tab');
        const { width, height } = await button.boundingBox();
        assert.ok(width >= 24 && height >= 44, `${width} x ${height}`);
        const seen = await button.evaluate((element) => [element === globalThis.document.activeElement, globalThis.getComputedStyle(element).outlineStyle,
          globalThis.document.getElementById(element.getAttribute('aria-describedby')).textContent.length]);
        assert.deepEqual(seen.slice(0, 2), [true, 'solid']);
        assert.ok(seen[2] > 20, 'a sentence says what it does');
      }
    });
  });

  it('work without JavaScript: pause, then stop profiling, then unsubscribe', async () => {
    const { client, pages: [preferences, why] } = await sentTo('en-GB');
    const now = () => seed.get(`/clients/${client}`);
    const press = (address, name, title) => visit(address, { javaScriptEnabled: false }, async (page) => {
      await page.getByRole('button', { name }).click();
      await page.getByRole('heading', { name: title }).waitFor();
    });
    await press(preferences, 'Pause for 3 months', 'Paused for three months');
    assert.equal((await now()).consent.status, 'paused');
    await press(why, 'Stop profiling', 'Profiling is stopped');
    await seed.forward(0);
    const objected = await now();
    assert.deepEqual([objected.profiling, objected.engagement.score, objected.engagement.due_at], ['objected', null, null]);
    await press(why, 'Unsubscribe', 'You are unsubscribed');
    assert.equal((await now()).consent.status, 'unsubscribed');
  });
});
