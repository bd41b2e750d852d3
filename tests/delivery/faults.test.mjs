// SPDX-License-Identifier: AGPL-3.0-or-later
// The fault matrix of docs/deliver.md: for each row a relay that does what the row says, the real program with one email
// that is due, and the state it must end in. Then the relay is mended, days pass and the program is started anew: what may be
// tried again arrives once, what may not never comes again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from '../fake/certificate.mjs';
import { Smtp } from '../fake/smtp.mjs';
import { freePort, until } from '../story-real/shop.mjs';
import { HARDENED, Prepared, later, rows } from './stand.mjs';

// How long the program waits for an answer: only a relay that never gives one is waited out. All others are given so long that
// no slow machine can make silence of what they say.
const SILENT_S = 2, ANSWERING_S = 120;
const HOUR = 3600000;
const AT_A_TIME = 3;
const lines = (code, count, text = 'a line') => Array.from({ length: count }, (_, i) => `${code}${i + 1 < count ? '-' : ' '}${text} ${i}`).join('\n');
const LONG_LINE = 'x'.repeat(100000);

// What each row's relay does, by "at: what". Options of the relay are `with`; `url` goes over the usual address.
const says = (at, say) => ({ script: { [at]: say } });
const drops = (at, say) => ({ script: { [at]: { say, drop: true } } });
const stalls = (at, say) => ({ script: { [at]: { say, stall: true, raw: say !== undefined } }, patience: SILENT_S });
const slowly = (at, say) => ({ script: { [at]: { say, byteMs: 20 } } });
const secure = (row = {}) => ({ ...row, tls: 'good' });
const withLogin = (row = {}) => ({ ...row, login: true });

const ROWS = {
  'connect: nothing listens': { closed: true },
  'connect: says 450': says('connect', '450 4.3.2 not now'),
  'connect: says 421': says('connect', '421 4.3.2 too many'),
  'connect: says 554': says('connect', '554 5.7.1 we do not talk to you'),
  'connect: closes the connection': drops('connect'),
  'connect: says nothing': stalls('connect'),
  'connect: greets with 60 lines': says('connect', lines(220, 60)),
  'connect: greets a byte at a time': slowly('connect', '220 relay.test ESMTP'),
  'connect: greets with a line of 100,000 bytes': says('connect', `220 ${LONG_LINE}`),
  'connect: sends 100,000 bytes without an end of line': stalls('connect', LONG_LINE),
  'ehlo: says 451': says('ehlo', '451 4.3.0 not now'),
  'ehlo: says 550': says('ehlo', '550 5.7.1 we do not know you'),
  'ehlo: closes the connection': drops('ehlo'),
  'ehlo: says nothing': stalls('ehlo'),
  'ehlo: offers 100 extensions': says('ehlo', lines(250, 100, 'XTENSION')),
  'ehlo: answers with 1,000 lines': says('ehlo', lines(250, 1000, 'XTENSION')),
  'ehlo: answers a byte at a time': slowly('ehlo', '250-relay.test\n250 SIZE 1000000'),
  'tls: does not offer STARTTLS': secure({ offer: false }),
  'tls: says 454': secure(says('tls', '454 4.7.0 TLS not available now')),
  'tls: says 451': secure(says('tls', '451 4.3.0 not now')),
  'tls: says 502': secure(says('tls', '502 5.5.1 no such thing')),
  'tls: closes the connection': secure(drops('tls')),
  'tls: says nothing': secure(stalls('tls')),
  'tls: says 220 and closes the connection': secure(drops('tls', '220 2.0.0 go ahead')),
  'tls: says 220 and speaks no TLS': secure(says('tls', { say: '220 2.0.0 go ahead', garbage: true })),
  'tls: says 220 and more before TLS begins': secure(says('tls', '220 2.0.0 go ahead\n250-relay.test\n250 AUTH PLAIN')),
  'tls: shows a certificate of nobody we trust': { tls: 'stranger' },
  'tls: shows a certificate for another name': { tls: 'other' },
  'auth: offers no login, and takes mail without one': { url: 'smtp://u:p@127.0.0.1' },
  'auth: offers only logins that we do not speak': { url: 'smtp://u:p@127.0.0.1', ...says('ehlo', '250-relay.test\n250 AUTH GSSAPI') },
  'auth: says 454': withLogin(says('auth', '454 4.7.0 not now')),
  'auth: says 535': withLogin(says('auth', '535 5.7.8 who are you')),
  'auth: closes the connection': withLogin(drops('auth')),
  'auth: says nothing': withLogin(stalls('auth')),
  'mail: says 451': says('mail', '451 4.3.0 not now'),
  'mail: says 421': says('mail', '421 4.3.2 closing'),
  'mail: says 550 5.7.1': says('mail', '550 5.7.1 not you'),
  'mail: says 553': says('mail', '553 bad sender'),
  'mail: says 530': says('mail', '530 5.7.0 log in first'),
  'mail: says 552 5.3.4': says('mail', '552 5.3.4 too big'),
  'mail: closes the connection': drops('mail'),
  'mail: says nothing': stalls('mail'),
  'mail: says 250 in 3 lines': says('mail', lines(250, 3)),
  'mail: says 451 in 3 lines': says('mail', lines(451, 3)),
  'rcpt: says 450': says('rcpt', '450 4.2.0 greylisted'),
  'rcpt: says 421': says('rcpt', '421 4.7.0 slow down'),
  'rcpt: says 550 5.1.1': says('rcpt', '550 5.1.1 no such user'),
  'rcpt: says 550 5.7.1': says('rcpt', '550 5.7.1 not from you'),
  'rcpt: says 552 5.2.2': says('rcpt', '552 5.2.2 mailbox full'),
  'rcpt: says 550 in 3 lines': says('rcpt', lines(550, 3, '5.1.1 no such user')),
  'rcpt: says 251': says('rcpt', '251 2.1.5 will forward'),
  'rcpt: closes the connection': drops('rcpt'),
  'rcpt: says nothing': stalls('rcpt'),
  'rcpt: answers a byte at a time': slowly('rcpt', '250 2.1.5 ok'),
  'data: says 451': says('data', '451 4.3.0 not now'),
  'data: says 421': says('data', '421 4.3.2 closing'),
  'data: says 554': says('data', '554 5.5.1 no valid recipients'),
  'data: closes the connection': drops('data'),
  'data: says nothing': stalls('data'),
  'data: says 250 instead of 354': says('data', '250 2.0.0 ok'),
  'data: says 354 and closes the connection': drops('data', '354 go on'),
  'dot: says 451': says('dot', '451 4.3.0 not now'),
  'dot: says 421': says('dot', '421 4.3.2 closing'),
  'dot: says 550 5.6.0': says('dot', '550 5.6.0 bad content'),
  'dot: says 550 5.7.1': says('dot', '550 5.7.1 looks like spam'),
  'dot: says 552 5.2.2': says('dot', '552 5.2.2 mailbox full'),
  'dot: says 550 5.1.1': says('dot', '550 5.1.1 no such user'),
  'dot: says 451 in 3 lines': says('dot', lines(451, 3)),
  'dot: says 251': says('dot', '251 2.1.5 will forward'),
  'dot: says 250 in 3 lines': says('dot', lines(250, 3)),
  'dot: says 250 in 1,000 lines': says('dot', lines(250, 1000)),
  'dot: answers a byte at a time': slowly('dot', '250 2.0.0 accepted'),
  'dot: says 250 with 100,000 bytes': says('dot', `250 ${LONG_LINE}`),
  'dot: says 250 and closes the connection': drops('dot', '250 2.0.0 accepted'),
  'dot: closes the connection': drops('dot'),
  'dot: says nothing': stalls('dot'),
  'dot: says half of 250 and closes the connection': { script: { dot: { say: '25', raw: true, drop: true } } },
  'dot: says something that is no SMTP': { ...says('dot', 'HTTP/1.1 200 OK'), patience: SILENT_S }, // no answer, to whom SMTP is spoken
  'dot: begins 250 and never ends it': stalls('dot', '250-2.0.0 acc\r\n'),
};

// [{at, what, noted, status}] as docs/deliver.md says it.
function readTable() {
  const text = readFileSync('docs/deliver.md', 'utf8').split('<!-- fault table: begin -->')[1].split('<!-- fault table: end -->')[0];
  return text.trim().split('\n').slice(2).map((line) => {
    const [at, what, noted, status] = line.split('|').slice(1, -1).map((cell) => cell.trim());
    return { at, what, noted, status };
  });
}

const VERDICTS = { bad_address: 'hard_bounce', mailbox_full: 'soft_bounce' }; // of all others nothing is known yet
const emailOf = (shop) => rows(shop, 'SELECT id, status, reason, attempts, attempt_count, message_id, delivery FROM email')[0];
const attemptsOf = (email) => JSON.parse(email.attempts ?? '[]');

describe('what becomes of a message', { concurrency: AT_A_TIME }, () => {
  let prepared, certificates;

  before(async () => {
    prepared = await Prepared.make(1);
    certificates = { good: makeCertificate('DNS:relay.localhost'), other: makeCertificate('DNS:elsewhere.localhost'), stranger: makeCertificate('DNS:relay.localhost') };
  });
  after(() => {
    prepared?.remove();
    for (const certificate of Object.values(certificates ?? {})) certificate.remove();
  });

  // Starts relay and program; the relay's address is not one of this machine when TLS is what the row is about.
  async function open(row) {
    const shown = row.tls && certificates[row.tls];
    const relay = await Smtp.start({ script: row.script ?? {}, tls: shown, offer: row.offer, login: row.login });
    const port = row.closed ? await freePort() : relay.port;
    const host = row.url ?? (row.tls ? 'smtp://relay.localhost' : row.login ? 'smtp://u:p@127.0.0.1' : 'smtp://127.0.0.1');
    const trusted = row.tls === 'other' ? certificates.other : certificates.good;
    const env = (url) => ({ REKINDLE_MAIL_TIMEOUT_SECONDS: String(row.patience ?? ANSWERING_S), REKINDLE_MAIL_URL: url, REKINDLE_MAIL_CONNECTIONS: '1', REKINDLE_CA_FILE: trusted.caFile });
    return { relay, shop: prepared.copy({ bin: HARDENED, env: env(`${host}:${port}`) }), mended: `smtp://127.0.0.1:${relay.port}` };
  }

  // The relay is well again, the program starts anew, and days go by.
  async function mend({ shop, relay, mended }) {
    assert.equal(await shop.stop(), 0, shop.log.slice(-2000));
    Object.assign(relay, { script: {}, tls: undefined });
    shop.extra.REKINDLE_MAIL_URL = mended;
    await shop.start();
    for (const hours of [1, 6, 24, 72]) await shop.clock(later(hours * HOUR));
  }

  async function tell({ noted, status }, row) {
    const { relay, shop, mended } = await open(row);
    try {
      await shop.start();
      const email = await until('the first attempt', () => {
        const seen = emailOf(shop);
        return attemptsOf(seen).length > 0 && seen.status !== 'sending' && seen;
      }, 60);
      const [attempt] = attemptsOf(email);
      assert.deepEqual({ noted: attempt.action, status: email.status }, { noted, status }, `${JSON.stringify(attempt)}`);
      assert.equal(email.delivery, VERDICTS[noted] ?? 'unknown', 'what is said of its delivery');
      const suppressed = rows(shop, 'SELECT id FROM suppression').length;
      assert.equal(suppressed, noted === 'bad_address' ? 1 : 0, 'who is suppressed');
      const before = relay.messages.length;

      await mend({ shop, relay, mended });
      const end = emailOf(shop);
      assert.equal(end.status, status === 'approved' ? 'sent' : status, `in the end: ${end.reason} ${end.attempts}`);
      assert.equal(end.message_id, email.message_id, 'one Message-ID whatever happens');
      const came = relay.messages.length - before;
      assert.equal(came, status === 'approved' ? 1 : 0, 'messages that came in after the relay was mended');
      const refused = relay.messages.filter(({ reply }) => /^[45]/.test(reply)).length;
      assert.ok(relay.messages.length - refused <= 1, 'nobody gets two');
      assert.equal(await shop.stop(), 0);
      assert.doesNotMatch(shop.log, /ERROR: (Address|Leak)Sanitizer|runtime error:/, 'the sanitizers found nothing');
    } finally {
      await shop.remove();
      await relay.stop();
    }
  }

  const table = readTable();
  it('the table of docs/deliver.md and this test speak of the same rows', () => {
    assert.deepEqual(table.map(({ at, what }) => `${at}: ${what}`), Object.keys(ROWS));
  });
  for (const expected of table) {
    const name = `${expected.at}: ${expected.what}`;
    if (ROWS[name]) it(name, () => tell(expected, ROWS[name]));
  }
});
