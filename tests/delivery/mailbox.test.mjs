// SPDX-License-Identifier: AGPL-3.0-or-later
// The bounce mailbox at a real Dovecot, over TLS: each kind of message does what it must, once; what is settled is deleted and what a
// person may want to see is left, flagged; and a mailbox that cannot be read is told of and heals.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from '../fake/certificate.mjs';
import { Smtp, split } from '../fake/smtp.mjs';
import { until } from '../story-real/shop.mjs';
import { Dovecot } from './dovecot.mjs';
import { absenceOf, bounceOf, complaintOf, unsubscribeOf } from './returned.mjs';
import { canRun } from './root.mjs';
import { HARDENED, Prepared, rows } from './stand.mjs';

const COUNT = 12;

describe('a bounce mailbox', { skip: canRun() ? false : 'Dovecot starts as root alone, and sudo asks for a password' }, () => {
  let certificate, dovecot, prepared, relay, shop;

  const mailTo = (n) => relay.messages.find(({ recipients: [recipient] }) => recipient === `reader.${n}@clients.example`);
  const emailOf = ({ messageId }) => rows(shop, `SELECT id, status, delivery FROM email WHERE message_id = '${messageId}'`)[0];
  const heard = (mail, verdict) => until(`a ${verdict}`, () => emailOf(mail).delivery === verdict).catch((error) => assert.fail(`${error.message}\n${dovecot.log()}`));
  const consentOf = async (n) => (await shop.call('GET', `/clients/c-${n}`)).body.consent.status;
  const dependency = async () => (await (await fetch(`http://127.0.0.1:${shop.port}/readyz`)).json()).dependencies.find(({ name }) => name === 'mailbox');
  const flagsOf = (name, wanted) => until(`${name} to be ${wanted}`, () => dovecot.flags(name) === wanted)
    .catch(() => assert.equal(dovecot.flags(name), wanted, `${name}\n${dovecot.log()}`));

  before(async () => {
    certificate = makeCertificate('DNS:localhost,IP:127.0.0.1,IP:0.0.0.0');
    dovecot = await Dovecot.make(certificate);
    await dovecot.start();
    relay = await Smtp.start();
    prepared = await Prepared.make(COUNT);
    shop = prepared.copy({ bin: HARDENED, env: { REKINDLE_MAIL_URL: `smtp://127.0.0.1:${relay.port}`, REKINDLE_CA_FILE: certificate.caFile,
      REKINDLE_BOUNCE_MAILBOX: dovecot.url(), REKINDLE_BOUNCE_MAILBOX_SECONDS: '1' } });
    await shop.start();
    await until('all to be sent', () => rows(shop, "SELECT count(*) AS n FROM email WHERE status = 'sent'")[0].n === COUNT);
  });
  after(async () => {
    await shop?.remove();
    prepared?.remove();
    await relay?.stop();
    await dovecot?.remove();
    certificate?.remove();
  });

  it('makes each mail name its address for unsubscribing, on one line', () => {
    const { header, head } = split(mailTo(0).text);
    assert.match(header('List-Unsubscribe'), /^<https:\/\/mail\.records\.example\/u\/([\w-]+)>, <mailto:u\+\1@bounce\.records\.example\?subject=unsubscribe>$/);
    assert.equal(head.split('\r\n').filter((line) => line.startsWith('List-Unsubscribe:')).length, 1);
    assert.ok(head.split('\r\n').some((line) => line.startsWith('List-Unsubscribe:') && line.includes('mailto:')), 'not folded');
  });

  it('hears a hard bounce, and deletes the message', async () => {
    const name = dovecot.put(bounceOf(mailTo(0)));
    await heard(mailTo(0), 'hard_bounce');
    await flagsOf(name, null);
    assert.deepEqual((await shop.all('/suppressions')).map(({ reason }) => reason), ['bounced']);
  });

  it('hears a mail to the unsubscribe address', async () => {
    assert.equal(await consentOf(1), 'subscribed');
    const name = dovecot.put(unsubscribeOf(mailTo(1)));
    await until('the consent to end', async () => (await consentOf(1)) === 'unsubscribed');
    await flagsOf(name, null);
  });

  it('hears a complaint', async () => {
    const name = dovecot.put(complaintOf(mailTo(2)));
    await heard(mailTo(2), 'complaint');
    await flagsOf(name, null);
    assert.equal(await consentOf(2), 'unsubscribed');
  });

  it('leaves what is none of ours, what says nothing and what is too large, flagged, and does not read it again', async () => {
    const forged = bounceOf(mailTo(3), { to: 'b+AQEBohG3_ABwAKSSjqfn95SGNHgGu6TOp-ZAAw@bounce.records.example' });
    const names = [forged, absenceOf(mailTo(3)), 'Subject: buy\r\n\r\nbuy now\r\n', `${bounceOf(mailTo(3))}${'x'.repeat(1 << 20)}`].map((message) => dovecot.put(message));
    for (const name of names) await until(`${name} to be flagged`, () => dovecot.flags(name)?.includes('F'));
    assert.equal(emailOf(mailTo(3)).delivery, 'unknown');
    const last = dovecot.put(bounceOf(mailTo(4)));
    await flagsOf(last, null); // a look later
    for (const result of ['without_token', 'says_nothing', 'unreadable'])
      assert.equal(shop.log.split(`result=${result} `).length - 1, result === 'without_token' ? 2 : 1, `${result} is in the log once for each`);
  });

  it('loses nothing and records nothing twice when the program is killed while it reads', async () => {
    const mails = [5, 6, 7, 8, 9, 10].map(mailTo), names = mails.map((mail, i) => dovecot.put(bounceOf(mail, { id: `k${i}` })));
    await until('the first of them to be heard', () => mails.some((mail) => emailOf(mail).delivery === 'hard_bounce'));
    await shop.kill();
    await shop.start();
    for (const mail of mails) await heard(mail, 'hard_bounce');
    // Killed between the two commands, the program leaves one that is deleted and stays until somebody expunges.
    for (const name of names) await until(`${name} to be deleted`, () => dovecot.flags(name)?.includes('T') ?? true);
    const ids = mails.map((mail) => `'${emailOf(mail).id}'`).join();
    assert.deepEqual(rows(shop, `SELECT count(*) AS n FROM notice WHERE email_id IN (${ids})`), [{ n: mails.length }]);
  });

  it('is told of in /readyz and once in the log while it cannot be read, and is read again by itself', async () => {
    assert.equal((await dependency()).state, 'ok');
    await dovecot.halt();
    const ill = await until('readiness to tell', async () => { const seen = await dependency(); return seen.state === 'degraded' && seen; });
    assert.match(ill.detail, /^The bounce mailbox cannot be read: /);
    assert.equal((await fetch(`http://127.0.0.1:${shop.port}/readyz`)).status, 200, 'the rest works');
    const name = dovecot.put(bounceOf(mailTo(11)));
    await dovecot.start();
    await heard(mailTo(11), 'hard_bounce');
    await flagsOf(name, null);
    await until('readiness to tell', async () => (await dependency()).state === 'ok');
    assert.equal(shop.log.split('mailbox_well').length - 1, 1);
    assert.equal(shop.log.split('mailbox_failed why="Couldn\'t connect').length - 1, 1, 'told once, though looked at each second');
    assert.doesNotMatch(shop.log, /a\+b|a%2Bb/, 'no password is logged');
  });

  const copyWith = (env) => prepared.copy({ bin: HARDENED, env: { REKINDLE_MAIL_URL: `smtp://127.0.0.1:${relay.port}`, REKINDLE_BOUNCE_MAILBOX_SECONDS: '1', ...env } });

  const others = [
    { what: 'that is not there makes no mail name an address for unsubscribing', env: {}, names: /^<https:[^<>]+>$/ },
    { what: "that is a mail server's pipe makes each mail name the address too", env: { REKINDLE_BOUNCE_MAILBOX: 'pipe' }, names: /^<https:[^<>]+>, <mailto:u\+[^<>]+>$/ },
  ];
  for (const { what, env, names } of others) {
    it(what, async () => {
      const its = await Smtp.start(), other = copyWith({ ...env, REKINDLE_MAIL_URL: `smtp://127.0.0.1:${its.port}` });
      try {
        await other.start();
        await until('a mail', () => its.messages.length > 0);
        assert.match(split(its.messages[0].text).header('List-Unsubscribe'), names);
        const { dependencies } = await (await fetch(`http://127.0.0.1:${other.port}/readyz`)).json();
        assert.ok(!dependencies.some(({ name }) => name === 'mailbox'), 'there is none to tell of');
      } finally {
        await other.remove();
        await its.stop();
      }
    });
  }

  // "0.0.0.0" reaches this machine but is no loopback address, so TLS is required.
  it('elsewhere is read by imap:// too, after STARTTLS', async () => {
    const other = copyWith({ REKINDLE_BOUNCE_MAILBOX: dovecot.url({ tls: false, host: '0.0.0.0' }), REKINDLE_CA_FILE: certificate.caFile });
    const name = dovecot.put('Subject: buy\r\n\r\nbuy this now\r\n');
    try {
      await shop.kill(); // it would take the message itself
      await other.start();
      await until(`${name} to be flagged`, () => dovecot.flags(name)?.includes('F'))
        .catch(() => assert.fail(`${other.log}\n${dovecot.log()}`));
    } finally { await other.remove(); }
    assert.match(dovecot.log().split('\n').findLast((line) => line.includes(' Login: ')), / TLS,/);
  });

  const refusals = [
    { what: 'with a wrong password', env: () => ({ REKINDLE_BOUNCE_MAILBOX: dovecot.url({ password: 'wrong' }), REKINDLE_CA_FILE: certificate.caFile }), why: /: Login denied$/ },
    { what: 'behind a certificate of nobody we trust', env: () => ({ REKINDLE_BOUNCE_MAILBOX: dovecot.url() }), why: /certificate problem: unable to get local issuer certificate$/ },
    { what: 'that has no such folder', env: () => ({ REKINDLE_BOUNCE_MAILBOX: dovecot.url().replace('Returned', 'Nowhere'), REKINDLE_CA_FILE: certificate.caFile }), why: /: Login denied: Select failed$/ },
  ];
  for (const { what, env, why } of refusals) {
    it(`${what} is told of with the reason`, async () => {
      const other = copyWith(env());
      try {
        await other.start();
        const seen = await until('readiness to tell', async () => {
          const { dependencies } = await (await fetch(`http://127.0.0.1:${other.port}/readyz`)).json();
          return dependencies.find(({ name, state }) => name === 'mailbox' && state === 'degraded');
        });
        assert.match(seen.detail, why);
      } finally { await other.remove(); }
    });
  }

  it('that is not well described is refused at the start, by name and rule', async () => {
    for (const [env, said] of [[{ REKINDLE_BOUNCE_MAILBOX: 'imaps://mail.example/INBOX' }, /REKINDLE_BOUNCE_MAILBOX.*imaps:\/\/user:password@host/],
      [{ REKINDLE_BOUNCE_MAILBOX: 'pop3://u:p@mail.example' }, /REKINDLE_BOUNCE_MAILBOX/],
      [{ REKINDLE_BOUNCE_MAILBOX: 'pipe', REKINDLE_BOUNCE_DOMAIN: '' }, /REKINDLE_BOUNCE_DOMAIN is not set/]]) {
      const other = copyWith(env), { code, stderr } = await other.cli(['serve']);
      assert.equal(code, 2, stderr);
      assert.match(stderr, said);
      await other.remove();
    }
  });
});
