// SPDX-License-Identifier: AGPL-3.0-or-later
// `rekindle bounce`: what a mail server pipes into it is recorded, by the running server or in the store itself, and no message is
// lost: what cannot be taken now ends with 75 and stays with the mail server. At last Postfix itself runs it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from '../fake/certificate.mjs';
import { Smtp } from '../fake/smtp.mjs';
import { until } from '../story-real/shop.mjs';
import { Postfix } from './postfix.mjs';
import { bounceOf } from './returned.mjs';
import { canRun } from './root.mjs';
import { HARDENED, Prepared, rows } from './stand.mjs';

const AGAIN = 75, COUNT = 4, MIB = 1 << 20;
let prepared, relay, shop;

const mailTo = (n) => relay.messages.find(({ recipients: [recipient] }) => recipient === `reader.${n}@clients.example`);
const emailOf = ({ messageId }) => rows(shop, `SELECT id, delivery FROM email WHERE message_id = '${messageId}'`)[0];
const pipe = async (message, args = []) => {
  const { code, stdout, stderr } = await shop.cli(['bounce', ...args], message);
  return { code, said: stdout.trim(), stderr };
};

before(async () => {
  relay = await Smtp.start();
  prepared = await Prepared.make(COUNT);
  shop = prepared.copy({ bin: HARDENED, env: { REKINDLE_MAIL_URL: `smtp://127.0.0.1:${relay.port}` } });
  await shop.start();
  await until('all to be sent', () => rows(shop, "SELECT count(*) AS n FROM email WHERE status = 'sent'")[0].n === COUNT);
});
after(async () => {
  await shop?.remove();
  prepared?.remove();
  await relay?.stop();
});

describe('a message piped into rekindle bounce while the server runs', () => {
  it('is recorded once, and suppresses the address of a hard bounce', async () => {
    const mail = mailTo(0), message = bounceOf(mail), { id } = emailOf(mail);
    assert.deepEqual(await pipe(message), { code: 0, said: `recorded hard_bounce ${id}`, stderr: '' });
    assert.deepEqual(await pipe(message), { code: 0, said: `repeated hard_bounce ${id}`, stderr: '' });
    assert.equal(emailOf(mail).delivery, 'hard_bounce');
    assert.deepEqual((await shop.all('/suppressions')).map(({ reason }) => reason), ['bounced']);
  });

  it('changes nothing without a token of ours', async () => {
    const forged = bounceOf(mailTo(1), { to: 'b+AQEBohG3_ABwAKSSjqfn95SGNHgGu6TOp-ZAAw@bounce.records.example' });
    assert.deepEqual(await pipe(forged), { code: 0, said: 'without_token', stderr: '' });
    assert.equal(emailOf(mailTo(1)).delivery, 'unknown');
  });

  it('is dealt with when it says nothing, cannot be read or is too long, however long', async () => {
    const { sender } = mailTo(1), { id } = emailOf(mailTo(1));
    const answer = `From: maya@clients.example\r\nTo: ${sender}\r\nSubject: Re: hello\r\nMessage-ID: <2@x.example>\r\n\r\nThank you!\r\n`;
    assert.deepEqual(await pipe(answer), { code: 0, said: `says_nothing ${id}`, stderr: '' });
    assert.deepEqual(await pipe(''), { code: 0, said: 'unreadable', stderr: '' });
    assert.deepEqual(await pipe(answer + 'x'.repeat(3 * MIB)), { code: 0, said: 'unreadable', stderr: '' });
    const full = answer + 'x'.repeat(MIB - answer.length);
    assert.equal((await pipe(full)).said, `says_nothing ${id}`, 'one of just 1 MiB is read');
    assert.equal((await pipe(`${full}x`)).said, 'unreadable');
  });

  it('is left with the mail server when it cannot be taken now', async () => {
    const nowhere = await pipe(bounceOf(mailTo(1)), ['--data', `${shop.folder}/nowhere`]);
    assert.deepEqual([nowhere.code, nowhere.said], [AGAIN, '']);
    assert.match(nowhere.stderr, /there is no shop/);
  });
});

describe('a message piped into rekindle bounce without a server', () => {
  it('is recorded in the store, and left with the mail server when the keys are others', async () => {
    assert.equal(await shop.stop(), 0);
    const mail = mailTo(2), message = bounceOf(mail, { status: '4.2.2', said: '452 4.2.2 mailbox full' }), { id } = emailOf(mail);
    shop.extra.REKINDLE_SUPPRESSION_KEY = '33'.repeat(32);
    const refused = await pipe(message);
    assert.deepEqual([refused.code, refused.said], [AGAIN, ''], refused.stderr);
    shop.extra.REKINDLE_SUPPRESSION_KEY = '11'.repeat(32);
    assert.deepEqual(await pipe(message), { code: 0, said: `recorded soft_bounce ${id}`, stderr: '' });
    assert.equal(emailOf(mail).delivery, 'soft_bounce');
  });
});

describe('Postfix', { skip: canRun() ? false : 'Postfix starts as root alone, and sudo asks for a password' }, () => {
  it('hands the messages to the bounce domain over, as docs/deliver.md sets it up', async () => {
    await shop.stop();
    const recipe = readFileSync(new URL('../../docs/deliver.md', import.meta.url), 'utf8');
    const certificate = makeCertificate('DNS:relay.localhost');
    const postfix = await Postfix.start({ ...certificate, bounces: { recipe, shop, domain: 'bounce.records.example' } });
    try {
      const mail = mailTo(3), message = bounceOf(mail).replace(/^To: .*$/m, 'To: undisclosed-recipients:;');
      postfix.bring(mail.sender, message);
      await until('Postfix to have handed it over', () => emailOf(mail).delivery === 'hard_bounce', 30)
        .catch((error) => assert.fail(`${error.message}\n${postfix.log()}`));
      await until('Postfix to note it', () => /relay=rekindle, .*status=sent/.test(postfix.log()), 30) // after the program has ended
        .catch((error) => assert.fail(`${error.message}\n${postfix.log()}`));
    } finally {
      await postfix.stop();
      certificate.remove();
    }
  });
});
