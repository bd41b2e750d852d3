// SPDX-License-Identifier: AGPL-3.0-or-later
// kill -9 at random moments while 500 mails are on their way. After every kill, when the relay has read what was still in the
// sockets, the tables are held against the relay's side: no Message-ID came twice, whatever came is not `approved` (it would be
// sent again), whatever is `sent` came. 20 kills; 200 with REKINDLE_LONG=1.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Smtp } from '../fake/smtp.mjs';
import { LONG, temporaryFolder, until } from '../story-real/shop.mjs';
import { Prepared, rows } from './stand.mjs';

const KILLS = LONG ? 200 : 20, MAILS = 500, LONGEST_MS = 400;

function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

// The emails as the dead program left them. Looked at in a copy: opening the database would already mend it.
function emailsOf(shop) {
  const copy = temporaryFolder('dead');
  try {
    cpSync(shop.data, copy, { recursive: true, filter: (file) => !file.endsWith('.sock') });
    const text = execFileSync('sqlite3', ['-json', path.join(copy, 'rekindle.db'), 'SELECT status, message_id FROM email'], { encoding: 'utf8', maxBuffer: 64 << 20 });
    return JSON.parse(text);
  } finally { rmSync(copy, { recursive: true, force: true }); }
}

function judge(emails, relay, isRunning) {
  const arrived = relay.messages.map(({ messageId }) => messageId), at = new Set(arrived);
  assert.equal(at.size, arrived.length, 'no Message-ID twice at the server');
  assert.equal(new Set(relay.messages.map(({ recipients }) => recipients.join())).size, arrived.length, 'nobody gets two');
  assert.equal(emails.length, MAILS);
  const allowed = isRunning ? ['sent', 'uncertain'] : ['sent', 'uncertain', 'approved', 'sending'];
  assert.deepEqual(emails.filter(({ status }) => !allowed.includes(status)), [], 'every email is in a defined state');
  assert.deepEqual(emails.filter((email) => email.status === 'approved' && at.has(email.message_id)), [], 'what came is not sent again');
  assert.deepEqual(emails.filter((email) => email.status === 'sent' && !at.has(email.message_id)), [], 'what is called sent came');
}

describe(`kill -9 at ${KILLS} random moments with ${MAILS} mails in flight`, () => {
  const seed = Number(process.env.REKINDLE_SEED ?? 1984), random = generator(seed);
  let prepared;
  before(async () => { prepared = await Prepared.make(MAILS); });
  after(() => prepared?.remove());

  // One load of mails, killed until it is through or there were enough kills.
  async function round(kills) {
    const relay = await Smtp.start({ pause: () => random() * 4 });
    const shop = prepared.copy({ env: { REKINDLE_MAIL_URL: `smtp://127.0.0.1:${relay.port}`, REKINDLE_LOG: 'error' } });
    let done = 0, open = MAILS;
    try {
      for (; done < kills && open > 0; done++) {
        await shop.start();
        await delay(random() * LONGEST_MS);
        await shop.kill('SIGKILL');
        await until('the relay to have read to the end', () => relay.sockets.size === 0);
        const emails = emailsOf(shop);
        judge(emails, relay, false);
        open = emails.filter(({ status }) => status === 'approved').length;
      }
      await shop.start();
      await until('the rest', () => rows(shop, "SELECT count(*) AS n FROM email WHERE status IN ('approved', 'sending')")[0].n === 0, 120);
      assert.equal(await shop.stop(), 0);
      const emails = emailsOf(shop);
      judge(emails, relay, true);
      return { kills: done, messages: relay.messages.length, uncertain: emails.filter(({ status }) => status === 'uncertain').length };
    } finally {
      await shop.remove();
      await relay.stop();
    }
  }

  it('no Message-ID comes twice; every email is sent, approved or uncertain', async () => {
    const sum = { rounds: 0, kills: 0, messages: 0, uncertain: 0 };
    while (sum.kills < KILLS) {
      const { kills, messages, uncertain } = await round(KILLS - sum.kills);
      assert.ok(kills > 0);
      for (const [name, value] of Object.entries({ rounds: 1, kills, messages, uncertain })) sum[name] += value;
    }
    assert.ok(sum.uncertain > 0, 'some kills fell between intent and result');
    console.log(`# ${sum.kills} kills in ${sum.rounds} loads of ${MAILS}: ${sum.messages} messages, ${sum.uncertain} uncertain, seed ${seed}`);
  });
});
