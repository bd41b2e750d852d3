// SPDX-License-Identifier: AGPL-3.0-or-later
// The mail as a client sees it: the HTML part of a message that the program made, opened in a browser at the widths of telephones
// and of a desk, in light and dark, with its pictures blocked as most mail programs do at first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Seed } from '../api/seed.mjs';
import { parts } from '../fake/smtp.mjs';
import { until } from '../story-real/shop.mjs';
import { COMPILED, compile } from '../../tools/lib/template.mjs';
import { Visitor, launch } from './browser.mjs';

const WIDTHS = [320, 390, 700], SCHEMES = ['light', 'dark'];
const LONG = 'Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen', BODY_PX = 16, SMALL_PX = 13, TOUCH_PX = 44, LOGO_PX = 20;

// What a page says of itself: where each kind of text stands and how large it is.
function measure() {
  const document = globalThis.document, style = (element) => globalThis.getComputedStyle(element);
  const leaves = [...document.querySelectorAll('body *')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
    && element.getBoundingClientRect().height > 1 && !['STYLE', 'SCRIPT', 'TITLE'].includes(element.tagName));
  return {
    text: document.body.innerText,
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    outside: leaves.filter((element) => { const { left, right } = element.getBoundingClientRect(); return left < 0 || right > globalThis.innerWidth + 1; }).map((element) => element.outerHTML.slice(0, 200)),
    sizes: leaves.map((element) => ({ size: parseFloat(style(element).fontSize), small: Boolean(element.closest('.soft')), text: element.textContent.trim().slice(0, 40) })),
    button: document.querySelector('.button a').getBoundingClientRect().height,
    alts: [...document.images].map((image) => ({ alt: image.alt, size: parseFloat(style(image).fontSize), font: style(image).fontFamily })),
    background: style(document.querySelector('.card')).backgroundColor,
  };
}

describe('the template of the mail', () => {
  it('is what its source compiles to', async () => {
    assert.equal(readFileSync(COMPILED, 'utf8'), await compile(), `run: node tools/compile-template.mjs, and raise RENDER_TEMPLATE_VERSION`);
  });
});

describe('a mail', () => {
  let seed, browser;
  const mails = {};

  // The HTML part of the message to a client who is changed beforehand.
  async function mailTo(word, change) {
    const client = await seed.makeClient(word);
    const { headers } = await seed.send({ method: 'GET', path: `/api/v1/clients/${client}` });
    const changed = await seed.send({ method: 'PATCH', path: `/api/v1/clients/${client}`, body: change, headers: { 'if-match': headers.etag } });
    assert.equal(changed.status, 200, changed.text);
    await until('the draft to be asked for', async () => (await seed.send({ method: 'POST', path: `/api/v1/clients/${client}/draft`, body: { reason: 'for a test' } })).status === 202);
    const id = await until('the draft', async () => (await seed.get(`/clients/${client}/emails`)).items.find(({ status }) => status === 'in_review')?.id);
    const email = await seed.email(id);
    await seed.act(email, 'approve', { content_hash: email.content_hash });
    await seed.forward(15000);
    const raw = await seed.send({ method: 'GET', path: `/api/v1/emails/${id}/raw` });
    const html = parts(raw.text).find(({ type }) => type === 'text/html')?.text;
    assert.ok(html, raw.text.slice(0, 500));
    return html;
  }

  before(async () => {
    seed = await Seed.start({ bin: process.env.REKINDLE_BIN ?? path.resolve('build/rekindle') });
    const { body, headers } = await seed.shop.call('GET', '/policy');
    const { version, ...rest } = body;
    await seed.shop.call('PUT', '/policy', { ...rest, brand: { ...rest.brand, logo_url: 'https://records.example/logo.png', color: '#e8c547' } },
      { headers: { 'if-match': headers.get('etag') } });
    mails.usual = await mailTo('usual', { first_name: 'Robin' });
    await seed.shop.batch(Array.from({ length: 6 }, (_, i) => ({ product: { id: `coffee-${i}`, name: `${LONG} ${i}`, category: 'coffee', url: `https://records.example/coffee/${i}`,
      image_url: `https://records.example/coffee/${i}.jpg`, price_minor: 2500, currency: 'USD' } })));
    mails.long = await mailTo('long', { first_name: LONG.slice(0, 40) });
    mails.hebrew = await mailTo('hebrew', { first_name: 'שלומית' });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await seed?.stop();
  });

  async function open(html, width, colorScheme) {
    const visitor = await Visitor.come(browser, '', { viewport: { width, height: 900 }, colorScheme });
    await visitor.context.route('**/*', (route) => route.abort()); // pictures are blocked, and nothing else is asked for
    await visitor.page.setContent(html, { waitUntil: 'load' });
    return visitor;
  }

  for (const name of ['usual', 'long', 'hebrew']) for (const width of WIDTHS) for (const scheme of SCHEMES) {
    it(`${name}: is read without scrolling sideways at ${width} px, ${scheme}`, async () => {
      const visitor = await open(mails[name], width, scheme);
      try {
        await visitor.shoot(`mail-${name}-${width}-${scheme}`);
        await visitor.check(`the mail at ${width} px, ${scheme}`); // contrast of all text, alt texts, names of links, language
        const seen = await visitor.page.evaluate(measure);
        assert.equal(seen.sideways, 0);
        assert.deepEqual(seen.outside, [], 'nothing reaches out of the window');
        for (const { size, small, text } of seen.sizes) assert.ok(size >= (small ? SMALL_PX : BODY_PX), `"${text}" has ${size} px`);
        assert.ok(seen.button >= TOUCH_PX, `the button is ${seen.button} px high`);
        assert.ok(seen.alts.length > 0 && seen.alts.every(({ alt }) => alt !== ''), 'every picture has its words');
        for (const { alt, size, font } of seen.alts) assert.ok(size >= SMALL_PX && font.startsWith('Helvetica'), `"${alt}" is shown in ${size} px of ${font}`);
        assert.deepEqual([seen.alts[0].alt, seen.alts[0].size], ['Corner Records', LOGO_PX], 'where the logo is blocked the name of the shop stands, as it does without a logo');
        const dark = /rgb\((\d+)/.exec(seen.background)[1] < 80;
        assert.equal(dark, scheme === 'dark', seen.background);
      } finally { await visitor.leave(); }
    });
  }

  it('says its text first, then its button, then why it came and how to leave', async () => {
    const visitor = await open(mails.usual, 390, 'light');
    try {
      const { text } = await visitor.page.evaluate(measure);
      const label = await visitor.page.locator('.button a').innerText();
      const at = ['Robin', label, 'Unsubscribe', '1 Main Street'].map((words) => text.indexOf(words));
      assert.ok(at.every((place, i) => place >= 0 && (i === 0 || place > at[i - 1])), `${at} in ${text}`);
    } finally { await visitor.leave(); }
  });
});
