// SPDX-License-Identifier: AGPL-3.0-or-later
// 500 hostile addresses, names and subjects. Each is refused, or what goes over the wire is exactly what a harmless one would
// have made: the relay's record of commands and headers is compared with the expected set. Classics by hand, the rest of a seed.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Smtp } from '../fake/smtp.mjs';
import { until } from '../story-real/shop.mjs';
import { HARDENED, approveDrafts, awaitScored, clientLines, forAll, iso, openShop, rows } from './stand.mjs';

const CASES = 500;
const ADDRESSES = ['b@x.example>\r\nRCPT TO:<evil@y.example', 'a@b.example\r\nDATA', 'a@b.example\nBcc: evil@y.example', 'a@b.example\0', '"a b"@c.example',
  'a(comment)@b.example', '<a@b.example>', 'a@b.example,evil@y.example', 'a@b.example evil@y.example', '@a.example,@b.example:c@d.example', 'a@[127.0.0.1]',
  'a@b.example> SIZE=1', 'a@b.example\rRSET', 'ä@b.example', 'a@bücher.example', 'a@b..example', '.a@b.example', "o'brien+x@b.example", 'a=?utf-8?q?b?=@c.example',
  'a%evil@b.example', 'a!evil@b.example', '=?utf-8?q?=0d=0aBcc:_evil?=@b.example', 'a\u2028@b.example', 'a\uff20b.example', 'a@b.example\u0085Bcc: x'];
const TEXTS = ['Ann\r\nBcc: evil@y.example', 'Ann\nBcc: evil@y.example', 'Ann\rBcc: evil@y.example', 'Ann\0', '=?utf-8?q?=0d=0aBcc:_evil@y.example?=', '"Ann" <evil@y.example>',
  'Ann, evil@y.example', 'Ann\\', 'Ann"', '(Ann', 'Ann <', 'Ann\u2028Bcc: x', 'Ann\u0085Bcc: x', 'Ann\r\n\r\n<script>', 'Ann\r\n.\r\nMAIL FROM:<evil@y.example>', 'Ann\u202ennA',
  '=?utf-8?b?DQpCY2M6IGV2aWw=?=', 'Ann;evil@y.example', 'group: evil@y.example;', 'Ann\u560d\u560aBcc: evil', 'Ann'.repeat(400), 'Ännä Größe', '\u{1F600}'.repeat(60), 'A\tB', ' . '];
const PIECES = ['\r\n', '\n', '\r', '\0', '"', '<', '>', '(', ')', ',', ';', ':', '@', '\\', ' ', '.', '=?utf-8?q?', '?=', '=0d=0a', 'Bcc: evil@y.example', 'RCPT TO:<evil@y.example>',
  'DATA', '\u560a', '\u0085', '\u2028', 'é', 'Ann', 'x'];

function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

// [{field, value}]: the classics, then strings put together from the pieces that have a meaning somewhere.
function cases(seed) {
  const random = generator(seed), pick = (list) => list[Math.floor(random() * list.length)];
  const made = [...ADDRESSES.map((value) => ({ field: 'email', value })), ...['first_name', 'last_name', 'subject'].flatMap((field) => TEXTS.map((value) => ({ field, value })))];
  while (made.length < CASES) {
    const field = pick(['email', 'first_name', 'last_name', 'subject']);
    const mixed = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(PIECES)).join('');
    made.push({ field, value: field === 'email' ? pick([`a${mixed}@b.example`, `a@b${mixed}.example`, `a@b.example${mixed}`]) : `Ann${mixed}` });
  }
  return made;
}

const HEADERS = ['Date', 'From', 'Subject', 'To', 'Message-Id', 'List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post', 'Feedback-ID', 'MIME-Version', 'Content-Type'];

function checkWire(relay, recipients) {
  const envelope = relay.commands().filter((line) => !/^(EHLO records\.example|NOOP|QUIT)$/.test(line));
  assert.equal(envelope.length, 3 * recipients.length, 'three commands a message and no more');
  for (let i = 0; i < envelope.length; i += 3) {
    assert.match(envelope[i], /^MAIL FROM:<b\+[A-Za-z0-9_-]+@bounce\.records\.example> SIZE=\d+$/);
    assert.equal(envelope[i + 2], 'DATA');
  }
  const asked = envelope.filter((_, i) => i % 3 === 1).toSorted();
  assert.deepEqual(asked, recipients.map((recipient) => `RCPT TO:<${recipient}>`).toSorted(), 'these recipients, each once');
  for (const { names, head, text, header, recipients: [recipient] } of relay.messages) {
    assert.deepEqual(names, HEADERS, head);
    assert.ok(head.split('\r\n').every((line) => /^[\t\x20-\x7e]{1,998}$/.test(line)), `headers are printable ASCII: ${JSON.stringify(head)}`);
    assert.match(text, /^(?:[\t\x20-\x7e]|\r\n)*$/, 'no bare CR or LF, no control');
    assert.deepEqual(header('To').match(/<[^<>]*>$/)?.[0] ?? header('To'), header('To').includes('<') ? `<${recipient}>` : recipient, header('To'));
  }
}

describe(`${CASES} hostile addresses, names and subjects`, () => {
  const seed = Number(process.env.REKINDLE_SEED ?? 821);
  it('not one command or header more than a harmless one makes', async () => {
    const relay = await Smtp.start();
    const shop = await openShop({ bin: HARDENED, env: { REKINDLE_MAIL_URL: `smtp://127.0.0.1:${relay.port}` } });
    try {
      const made = cases(seed);
      assert.equal(made.length, CASES);
      const subjects = new Map();
      const clients = made.map(({ field, value }, n) => {
        if (field === 'subject') subjects.set(`c-${n}`, value);
        return clientLines(n, field === 'subject' ? {} : { [field]: value });
      });
      // clients before orders: an order of a client who was refused would make one with an id alone
      const answers = await shop.batch(clients.map(([client]) => client));
      const stored = clients.filter((_, n) => answers[n].status === 'stored');
      let refused = CASES - stored.length;
      for (let at = 0; at < stored.length; at += 500) await shop.batch(stored.slice(at, at + 500).flatMap(([, ...orders]) => orders));
      await awaitScored(shop);
      const ids = new Map(rows(shop, 'SELECT id, email FROM client').map(({ id, email }) => [id, email]));
      // of several clients with one address one is written to
      const taken = rows(shop, "SELECT min(id) AS id FROM client WHERE email IS NOT NULL GROUP BY person").map(({ id }) => id);
      await approveDrafts(shop, taken, async () => {
        await forAll((await shop.all('/emails?status=in_review')).filter((email) => subjects.has(email.client_id)), async (email) => {
          const { headers } = await shop.call('GET', `/emails/${email.id}`);
          const { status } = await shop.call('POST', `/emails/${email.id}/edit`, { subject: subjects.get(email.client_id) },
            { headers: { 'if-match': headers.get('etag') }, expect: [200, 400, 409, 412, 422] });
          if (status !== 200) refused++;
        });
      });
      await shop.clock(iso(Date.parse((await shop.call('GET', '/clock')).body.now) + 120000));
      await until('all to be sent', () => rows(shop, "SELECT count(*) AS n FROM email WHERE status IN ('approved', 'sending')")[0].n === 0, 120);
      const sent = rows(shop, "SELECT client_id, recipient FROM email WHERE status = 'sent'");
      assert.ok(sent.length > 100 && refused > 50, `${sent.length} sent, ${refused} refused: both sides are tried`);
      assert.ok(sent.every(({ client_id: id, recipient }) => ids.get(id) === recipient));
      checkWire(relay, sent.map(({ recipient }) => recipient));
      console.log(`# ${CASES} hostile values: ${refused} refused, ${sent.length} mails sent clean, seed ${seed}`);
    } finally {
      await shop.remove();
      await relay.stop();
    }
  });
});
