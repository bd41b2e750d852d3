// SPDX-License-Identifier: AGPL-3.0-or-later
// Key, model, provider, structured output and price are looked at when the writer starts. A fault is told in /readyz and on
// the Pipeline page, drafts wait, nothing is asked of the model; when it is mended the drafts go on by themselves.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ERRORS } from '../fake/errors.mjs';
import { KEY } from '../fake/openrouter.mjs';
import { makeCertificate } from '../fake/certificate.mjs';
import { Shop } from '../story-real/shop.mjs';
import { Stand, story } from './stand.mjs';

// What is wrong with the service, how it is mended, and what the sentence must speak of.
const FAULTS = [
  ['a key it does not know', (fake) => { fake.key = 'another'; }, (fake) => { fake.key = KEY; }, /key/i],
  ['a key whose limit is used up', (fake) => { fake.credit = { limit: 1, usage: 1 }; }, (fake) => { fake.credit = { limit: 100, usage: 1 }; }, /limit|credit|left/i],
  ['a model it does not have', (fake) => { fake.model = 'fern/writer-9'; }, (fake) => { fake.model = 'fern/writer-1'; }, /model/i],
  ['a provider that does not serve the model', (fake) => { fake.endpoints[0].tag = 'elsewhere'; }, (fake) => { fake.endpoints[0].tag = 'fernhost'; }, /provider|fernhost/i],
  ['no structured outputs', (fake) => { fake.endpoints[0].parameters = ['max_tokens']; },
    (fake) => { fake.endpoints[0].parameters = ['max_tokens', 'response_format', 'structured_outputs']; }, /structured|schema/i],
  ['a price above the ceiling', (fake) => { fake.prices = { prompt: 0.001, completion: 0.001 }; },
    (fake) => { fake.prices = { prompt: 0.000001, completion: 0.000004 }; }, /price|max_price|ceiling/i],
  ['nothing but errors', (fake) => { fake.getFault = 'server'; }, (fake) => { fake.getFault = undefined; }, /answer|reach|service|500/i],
];

// One client asked, and the service broken before the program starts.
async function broken(spoil) {
  const stand = await Stand.start({ clients: 1, hardened: true });
  await stand.shop.stop();
  spoil(stand.fake);
  await stand.shop.start();
  return stand;
}

// /readyz once it tells of the writer what `sentence` looks for.
function degraded(stand, sentence) {
  return stand.until(`the writer to be degraded: ${sentence}`, async () => {
    const now = await stand.ready();
    return now.writer.state === 'degraded' && sentence.test(now.writer.detail) && now;
  });
}

describe('a fault of the service is found when the writer starts', () => {
  for (const [what, spoil, mend, sentence] of FAULTS) {
    it(`${what}: degraded with a sentence, drafts wait, and go on when it is mended`, async () => {
      const stand = await broken(spoil);
      try {
        const ready = await degraded(stand, /^(?!.*being checked)/);
        assert.equal(ready.code, 200, 'the program serves all the same');
        assert.equal(ready.status, 'degraded');
        assert.match(ready.writer.detail, sentence);
        assert.ok(!ready.writer.detail.includes(KEY), 'the key is not told');
        await stand.ask();
        await stand.forward(60000);
        const [email] = await stand.emails();
        assert.equal(email.status, 'drafting');
        assert.deepEqual(stand.fake.chats, [], 'nothing was asked of the model');
        const { writer } = await stand.pipeline();
        assert.equal(writer.detail, ready.writer.detail);
        mend(stand.fake);
        await stand.until('the writer to be ready', async () => (await stand.ready()).writer.state === 'ok');
        assert.equal((await stand.drafted(email.id, { stepMs: 60000 })).status, 'in_review');
      } catch (error) {
        await stand.remove();
        throw error;
      }
      await stand.end();
    });
  }

  it('a key that is taken away in between stops the drafts with a sentence, and they go on with it', () => story({ clients: 3 }, async (stand) => {
    stand.fake.key = 'another';
    await stand.ask();
    await degraded(stand, /key/i);
    const refused = stand.fake.chats.length;
    await stand.forward(600000);
    assert.ok(stand.fake.chats.length - refused <= 1, 'it does not knock on');
    assert.equal((await stand.emails('drafting')).length, 3, 'nothing is lost');
    stand.fake.key = KEY;
    await stand.noneDrafting({ stepMs: 60000 });
    assert.equal((await stand.emails('in_review')).length, 3);
  }));
});

describe('a program without what it needs refuses to start, and says what to set', () => {
  const rows = [
    ['d32_no_key', { OPENROUTER_API_KEY: '' }, /OPENROUTER_API_KEY/],
    ['no model', { REKINDLE_LLM_MODEL: '' }, /REKINDLE_LLM_MODEL/],
    ['no provider', { REKINDLE_LLM_PROVIDER: '' }, /REKINDLE_LLM_PROVIDER/],
    ['a router instead of a model', { REKINDLE_LLM_MODEL: 'openrouter/auto' }, /REKINDLE_LLM_MODEL/],
    ['a floating model', { REKINDLE_LLM_MODEL: '~fern/writer-latest' }, /REKINDLE_LLM_MODEL/],
    ['a model that looks things up online', { REKINDLE_LLM_MODEL: 'fern/writer-1:online' }, /REKINDLE_LLM_MODEL/],
    ['a free model, which may keep what it sees', { REKINDLE_LLM_MODEL: 'fern/writer-1:free' }, /REKINDLE_LLM_MODEL/],
    ['plain HTTP to somebody else', { REKINDLE_LLM_URL: 'http://models.example/api/v1' }, /REKINDLE_LLM_URL|https/],
  ];
  for (const [what, env, sentence] of rows) {
    it(what, async () => {
      const stand = await Stand.start({ start: false });
      const shop = new Shop({ now: '2026-03-02T00:00:00Z', env: { ...stand.settings(), ...env } });
      try {
        const { code, stderr } = await shop.cli(['serve']);
        assert.equal(code, 2, stderr);
        assert.match(stderr, sentence);
        assert.ok(!stderr.includes(KEY), 'the key is not told');
        assert.deepEqual(stand.fake.gets, [], 'nobody was asked');
        if (what === 'd32_no_key') assert.match(stderr, /REKINDLE_WRITER=template/, 'it names the other writer, and does not become it');
      } finally {
        await shop.remove();
        await stand.remove();
      }
    });
  }
});

describe('TLS to the service is verified', () => {
  const rows = [
    ['an authority it knows', undefined, true, true],
    ['an authority it does not know', undefined, false, false],
    ['a certificate of somebody else', 'DNS:elsewhere.example', true, false],
  ];
  for (const [what, name, known, trusted] of rows) {
    it(`${what}: ${trusted ? 'drafts are written' : 'nothing leaves'}`, async () => {
      const certificate = makeCertificate(name);
      try {
        await story({ clients: 1, fake: { certificate }, env: known ? { REKINDLE_CA_FILE: certificate.caFile } : {} }, async (stand) => {
          await stand.ask();
          if (trusted) {
            await stand.noneDrafting();
            assert.equal((await stand.emails('in_review')).length, 1);
            return;
          }
          const { writer } = await degraded(stand, /certificate|TLS|trust/i);
          assert.doesNotMatch(writer.detail, new RegExp(ERRORS.bad_key().body.error.message));
          await stand.forward(600000);
          assert.equal((await stand.emails('drafting')).length, 1);
          assert.deepEqual([stand.fake.chats.length, stand.fake.gets.length], [0, 0], 'not a byte of a request');
        });
      } finally { certificate.remove(); }
    });
  }
});
