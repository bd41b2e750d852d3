// SPDX-License-Identifier: AGPL-3.0-or-later
// Defects of an early system of this kind, of its model, its secrets and what it told: each test gives the input that went
// wrong there and asserts what is right. Numbers as in docs/defects.md; those of the shop are in shop.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { KEY, MODEL } from '../fake/openrouter.mjs';
import { run } from '../story-real/shop.mjs';
import { Stand } from '../writer/stand.mjs';

let stand;
const paragraph = (text) => (draft) => ({ ...draft, paragraphs: draft.paragraphs.map((one, i) => (i === 0 ? { ...one, text: `${one.text} ${text}` } : one)) });

// One email whose calls meet the faults.
async function written(...faults) {
  stand.fake.next(...faults);
  return stand.drafted(await stand.askOne());
}
const failed = (email) => email.checks.filter(({ level, passed }) => level === 'hard' && !passed).map(({ code }) => code);

before(async () => { stand = await Stand.start(); });
after(() => stand?.end());

describe('what a model may do', () => {
  it('d09_an_answer_with_nothing_in_it_is_no_email', async () => {
    const empty = await written({ raw: '' }, { raw: '' });
    assert.equal(empty.status, 'draft_failed');
    assert.match(empty.reason, /bad_reply/);
    const hollow = (draft) => ({ ...draft, subject: '', paragraphs: draft.paragraphs.map((one) => ({ ...one, text: '' })) });
    const email = await written({ draft: hollow }, { draft: hollow });
    assert.equal(email.status, 'blocked');
    assert.ok(failed(email).length > 0);
  });

  it('d18_markup_of_a_model_reaches_neither_console_nor_mail', async () => {
    const bad = { draft: paragraph('<img src=x onerror=alert(1)>') };
    const email = await written(bad, bad);
    assert.equal(email.status, 'blocked');
    assert.ok(failed(email).includes('markup'));
    const { text, headers } = await stand.shop.call('GET', `/emails/${email.id}/html`);
    assert.doesNotMatch(text, /<img src=x/);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'|sandbox/);
  });

  it('d19_links_prices_lengths_languages_and_line_breaks_are_checked', async () => {
    const rows = [
      [paragraph('Look at www.cheap.example for it.'), 'link'],
      [paragraph('All of it costs only a few dollars.'), 'price_or_currency'],
      [(draft) => ({ ...draft, subject: 'Hello\r\nBcc: everybody@else.example' }), 'control_chars'],
      [(draft) => ({ ...draft, subject: 'Hi' }), 'limits'],
      [paragraph('\u041F\u0440\u0438\u0432\u0435\u0442 \u0432\u0430\u043C.'), 'script'],
    ];
    for (const [draft, code] of rows) {
      const email = await written({ draft }, { draft });
      assert.equal(email.status, 'blocked', code);
      assert.ok(failed(email).includes(code), `${code} is among ${failed(email)}`);
    }
  });

  it('d20_every_request_fixes_model_provider_privacy_price_and_length_and_the_answer_is_kept', async () => {
    const email = await written();
    const { body } = stand.fake.chats.at(-1);
    assert.deepEqual([body.model, body.provider.allow_fallbacks, body.provider.require_parameters, body.provider.data_collection], [MODEL, false, true, 'deny']);
    assert.equal(body.provider.only.length, 1);
    assert.ok(body.provider.max_price.prompt > 0 && body.provider.max_price.completion > 0);
    assert.ok(body.max_completion_tokens > 0 && body.max_completion_tokens <= 1000);
    assert.equal(typeof body.temperature, 'number');
    assert.equal(body.response_format.json_schema.strict, true);
    const { kind, model, provider, generation_id, tokens, cost_usd } = email.writer;
    assert.ok(kind === 'openrouter' && model && provider && generation_id && tokens > 0 && cost_usd > 0, JSON.stringify(email.writer));
  });

  it('d23_no_header_names_the_shop_and_no_amount_or_date_leaves', async () => {
    await written();
    const { headers, bytes } = stand.fake.chats.at(-1);
    for (const name of ['http-referer', 'referer', 'x-title', 'x-openrouter-title']) assert.equal(headers[name], undefined, name);
    const text = bytes.toString('utf8');
    for (const value of ['1913', '19.13', '1250', '2026', '2025', 'ordered_at', 'Corner Records, 1 Main Street']) assert.ok(!text.includes(value), `${value} left the house`);
  });
});

describe('secrets and people', () => {
  it('d24_no_part_of_the_key_is_told_anywhere', async () => {
    await written({ error: 'bad_key' });
    const shown = [stand.shop.log, (await stand.shop.cli(['config'])).stdout, JSON.stringify(await stand.ready()), JSON.stringify(await stand.pipeline())];
    const secret = KEY.slice(KEY.lastIndexOf('-') - 8);
    for (const text of shown) assert.ok(!text.includes(KEY) && !text.includes(secret) && !text.includes(KEY.slice(-6)));
    const files = readdirSync(stand.shop.data, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    for (const file of files) assert.ok(!readFileSync(path.join(file.parentPath ?? file.path, file.name)).includes(KEY), `${file.name} has the key`);
  });

  it('d25_the_log_has_ids_and_no_text_of_a_mail_a_person_or_a_service', async () => {
    const email = await written();
    assert.ok(stand.shop.log.includes(email.id));
    for (const text of [email.subject, email.preheader, ...email.paragraphs.map((one) => one.text)]) assert.ok(!stand.shop.log.includes(text));
    const line = stand.shop.log.split('\n').filter((one) => one.includes('email_drafted') && one.includes(email.id));
    assert.equal(line.length, 1, 'and each event once');
  });

  it('d32_without_a_key_nothing_starts', async () => {
    const { code, stderr } = await run(['serve'], { ...stand.shop.env(), OPENROUTER_API_KEY: '', REKINDLE_DATA: `${stand.shop.folder}/other` });
    assert.equal(code, 2);
    assert.match(stderr, /OPENROUTER_API_KEY/);
  });
});

describe('failures stay visible', () => {
  it('d29_a_draft_that_failed_says_so_and_can_be_tried_again', async () => {
    const email = await written({ error: 'content_policy' });
    assert.deepEqual([email.status, email.reason], ['draft_failed', 'refused']);
    const { headers } = await stand.shop.call('GET', `/emails/${email.id}`);
    await stand.shop.call('POST', `/emails/${email.id}/retry`, undefined, { headers: { 'if-match': headers.get('etag') } });
    assert.equal((await stand.drafted(email.id)).status, 'in_review');
  });
});
