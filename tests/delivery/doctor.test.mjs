// SPDX-License-Identifier: AGPL-3.0-or-later
// `rekindle doctor mail`: one line a check, each true of what stands there; the exit code says whether one fails. What it says of names
// in the DNS depends on the machine's resolver and is tested where the records are judged (mail_records, dns).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from '../fake/certificate.mjs';
import { Smtp } from '../fake/smtp.mjs';
import { Shop, freePort } from '../story-real/shop.mjs';
import { HARDENED } from './stand.mjs';

describe('doctor mail', () => {
  let certificate, relay, pages, answer = 404;
  before(async () => {
    certificate = makeCertificate();
    relay = await Smtp.start();
    pages = https.createServer({ cert: certificate.cert, key: certificate.key }, (request, response) => {
      response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {});
      response.end();
    });
    pages.listen(0, '127.0.0.1');
    await once(pages, 'listening');
  });
  after(async () => {
    pages?.close();
    await relay?.stop();
    certificate?.remove();
  });

  // {code, lines}: the lines but for those about the DNS.
  async function examine(env = {}, args = []) {
    const shop = new Shop({ now: 'real', bin: HARDENED, env: { REKINDLE_MAIL_URL: `smtp://127.0.0.1:${relay.port}`, REKINDLE_CA_FILE: certificate.caFile,
      REKINDLE_PUBLIC_URL: `https://localhost:${pages.address().port}`, REKINDLE_BOUNCE_DOMAIN: 'bounce.records.invalid', REKINDLE_BOUNCE_MAILBOX: 'pipe',
      REKINDLE_MAIL_FROM: 'hello@records.invalid', ...env } });
    try {
      const { code, stdout, stderr } = await shop.cli(['doctor', 'mail', ...args]);
      return { code, stderr, lines: stdout.trim().split('\n').filter((line) => !/^\w+ +(SPF|DKIM|DMARC): |bounce domain/.test(line)) };
    } finally { await shop.remove(); }
  }
  const has = ({ lines, stderr }, pattern) => assert.ok(lines.some((line) => pattern.test(line)), `${pattern} in\n${lines.join('\n')}\n${stderr}`);

  it('finds relay, links and bounces in order, and its test message arrives', async () => {
    const seen = await examine({}, ['--to', 'me@clients.example']);
    for (const pattern of [/^ok {4}settings: complete$/, /^ok {4}relay: it answers/, /^ok {4}links: the unsubscribe page answers$/,
      /^ok {4}bounces: a mail server is to run `rekindle bounce`/, /^ok {4}test: the relay took the message/]) has(seen, pattern);
    assert.equal(seen.lines.length, 5, seen.lines.join('\n'));
    const { recipients, header } = relay.messages.at(-1);
    assert.deepEqual(recipients, ['me@clients.example']);
    assert.match(header('Subject'), /test of the mail set-up/);
    assert.match(header('List-Unsubscribe'), /^<https:\/\/localhost:\d+\/u\/x>$/);
  });

  it('says what is wrong with a relay, a redirect, a mailbox and a page without TLS, and fails', async () => {
    answer = 302;
    const seen = await examine({ REKINDLE_MAIL_URL: `smtp://127.0.0.1:${await freePort()}`, REKINDLE_BOUNCE_MAILBOX: `imap://u:p@127.0.0.1:${await freePort()}/INBOX` });
    answer = 404;
    assert.equal(seen.code, 1);
    has(seen, /^FAIL {2}relay: /);
    has(seen, /^FAIL {2}links: the unsubscribe page is redirected/);
    has(seen, /^FAIL {2}bounces: the mailbox cannot be read: Couldn't connect to server$/);
    has(await examine({ REKINDLE_PUBLIC_URL: 'http://mail.records.invalid' }), /^FAIL {2}links: REKINDLE_PUBLIC_URL is not https/);
    has(await examine({ REKINDLE_BOUNCE_MAILBOX: '' }), /^warn {2}bounces: REKINDLE_BOUNCE_MAILBOX is not set/);
    has(await examine({ REKINDLE_SHOP_NAME: '' }), /^FAIL {2}settings: REKINDLE_SHOP_NAME is not set/);
  });

  it('sends nothing in a rehearsal', async () => {
    const before = relay.messages.length, seen = await examine({ REKINDLE_MAIL_URL: 'rehearsal' }, ['--to', 'me@clients.example']);
    assert.equal(seen.code, 1);
    has(seen, /^warn {2}settings: this is a rehearsal/);
    has(seen, /^FAIL {2}test: nothing was sent/);
    assert.equal(relay.messages.length, before);
  });
});
