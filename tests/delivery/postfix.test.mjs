// SPDX-License-Identifier: AGPL-3.0-or-later
// Mail to a real relay: Postfix with TLS takes every message, what it keeps is what staff saw in the preview but for dead
// links, the headers are valid, and a spam filter is asked. 500 messages; 10,000 with REKINDLE_LONG=1.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from '../fake/certificate.mjs';
import { parts, split } from '../fake/smtp.mjs';
import { LONG, until } from '../story-real/shop.mjs';
import { Postfix } from './postfix.mjs';
import { canRun } from './root.mjs';
import { Prepared, forAll, later, rows } from './stand.mjs';

const COUNT = LONG ? 10000 : 500, SAMPLE = 3;
const OURS = ['Date', 'From', 'Subject', 'To', 'Message-Id', 'List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID', 'MIME-Version', 'Content-Type'];
const THEIRS = ['Return-Path', 'X-Original-To', 'Delivered-To', 'Received'];
const VALID = {
  Date: /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/,
  From: /^Corner Records <hello@records\.example>$/,
  'Message-Id': /^<[0-9a-f]{32}@records\.example>$/,
  'List-Id': /^<rekindle\.records\.example>$/,
  'List-Unsubscribe': /^<https:\/\/mail\.records\.example\/u\/[A-Za-z0-9_-]+>(, <mailto:[^<> ]+>)?$/,
  'List-Unsubscribe-Post': /^List-Unsubscribe=One-Click$/,
  'Feedback-ID': /^[a-z]{2,3}:engagement:rekindle$/,
  'MIME-Version': /^1\.0$/,
  'Content-Type': /^multipart\/alternative; boundary="=_rk_[0-9a-f]{24}"$/,
};

const deadText = (text) => text.replaceAll(/https?:\/\/[^\s<>"]+/g, '#');
const deadHtml = (html) => html.replaceAll(/ href="[^"]*"/g, ' href="#"');

// A kept message with the line ends that it had on the wire.
const onTheWire = (text) => text.replaceAll('\n', '\r\n');

function checkHeaders(message, recipient) {
  const { names, header, head } = split(message);
  assert.deepEqual(names, [...THEIRS, ...OURS], 'these headers, each once, in this order');
  for (const [name, pattern] of Object.entries(VALID)) assert.match(header(name), pattern);
  assert.ok(!Number.isNaN(Date.parse(header('Date'))), 'the date is one');
  assert.match(header('Received'), /with ESMTPS /, 'it came encrypted');
  assert.match(header('Return-Path'), /^<b\+[A-Za-z0-9_-]+@bounce\.records\.example>$/, 'the envelope names its email');
  assert.equal(header('Delivered-To'), recipient);
  assert.ok(header('To').endsWith(`<${recipient}>`), header('To'));
  assert.match(message, /^[\t\r\n\x20-\x7e]*$/, '7-bit, no controls');
  assert.ok(message.split('\r\n').every((line) => line.length <= 998), 'no line is too long');
  const raw = head.split('\r\n').filter((line) => /^List-Unsubscribe/.test(line));
  assert.equal(raw.length, 2, 'one-click unsubscribing stands on single lines');
}

async function checkContent(shop, id, message) {
  const [text, html, ...more] = parts(message);
  assert.deepEqual([text.type, html.type, more.length], ['text/plain', 'text/html', 0], 'text first, then HTML');
  const seen = { text: (await shop.call('GET', `/emails/${id}/text`)).text, html: (await shop.call('GET', `/emails/${id}/html`)).text };
  const end = (part) => part.replace(/\n*$/, '\n');
  assert.equal(end(deadText(text.text)), end(seen.text), 'the text part is the preview but for dead links');
  assert.equal(end(deadHtml(html.text)), end(seen.html), 'the HTML part is the preview but for dead links');
  assert.match(text.text, /https:\/\/mail\.records\.example\/u\//, 'the links of what was sent are alive');
}

// Points and rules of SpamAssassin, without its network tests.
function spamScore(message) {
  const text = execFileSync('spamassassin', ['-L', '-t'], { input: message, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'], maxBuffer: 16 << 20 });
  const found = /X-Spam-Status: (?:Yes|No), score=(-?[\d.]+) required=([\d.]+)\s+tests=([^]*?)\s+autolearn/.exec(text);
  assert.ok(found, `no verdict in ${text.slice(0, 500)}`);
  return { score: Number(found[1]), required: Number(found[2]), tests: found[3].replaceAll(/\s+/g, ' ') };
}

describe(`${COUNT} mails to Postfix`, { skip: canRun() ? false : 'Postfix starts as root alone, and sudo asks for a password' }, () => {
  let certificate, postfix, prepared, shop;

  before(async () => {
    certificate = makeCertificate('DNS:relay.localhost');
    postfix = await Postfix.start(certificate);
    prepared = await Prepared.make(COUNT);
    shop = prepared.copy({ env: { REKINDLE_MAIL_URL: `smtp://relay.localhost:${postfix.port}`, REKINDLE_CA_FILE: certificate.caFile, REKINDLE_LOG: 'warn' } });
  });
  after(async () => {
    await shop?.remove();
    prepared?.remove();
    await postfix?.stop();
    certificate?.remove();
  });

  it('all are accepted, once', async () => {
    const began = performance.now();
    await shop.start();
    let at = 0;
    await until('all to be sent', async () => {
      await shop.clock(later(at += 100)); // the pace goes by the shop's clock
      return rows(shop, "SELECT count(*) AS n FROM email WHERE status IN ('approved', 'sending')")[0].n === 0;
    }, 1800);
    const seconds = (performance.now() - began) / 1000;
    await until('Postfix to have kept them', () => postfix.files().length >= COUNT, 600);
    console.log(`# ${COUNT} mails in ${seconds.toFixed(1)} s: ${Math.round(COUNT / seconds)} a second`);
    const emails = rows(shop, 'SELECT status, message_id FROM email');
    assert.deepEqual(emails.filter(({ status }) => status !== 'sent'), []);
    const kept = postfix.files().map((file) => split(onTheWire(postfix.read(file))).messageId);
    assert.equal(kept.length, COUNT);
    assert.deepEqual(kept.toSorted(), emails.map(({ message_id: id }) => id).toSorted(), 'each Message-ID once, and no other');
  });

  it('each is what staff saw, with valid headers', async () => {
    const emails = new Map(rows(shop, 'SELECT id, recipient, message_id FROM email').map((email) => [email.message_id, email]));
    let checked = 0;
    await forAll(postfix.files(), async (file) => {
      const message = onTheWire(postfix.read(file));
      const email = emails.get(split(message).messageId);
      checkHeaders(message, email.recipient);
      await checkContent(shop, email.id, message);
      checked++;
    });
    assert.equal(checked, COUNT);
  });

  it('a spam filter takes none of a sample for spam', () => {
    for (const file of postfix.files().slice(0, SAMPLE)) {
      const { score, required, tests } = spamScore(postfix.read(file));
      console.log(`# spamassassin -L -t: ${score} points of ${required} (${tests})`);
      assert.ok(score < required, `${score} points: ${tests}`);
      assert.doesNotMatch(tests, /HTML_FONT_LOW_CONTRAST/, 'no text is hidden in the colour of its background');
    }
  });
});
