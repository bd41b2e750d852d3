// SPDX-License-Identifier: AGPL-3.0-or-later
// Half a dollar a day and two hundred drafts that would cost more. What is counted never passes the cap at any moment, also
// not with calls whose bill is unknown; the rest says that it waits, and goes on with the next UTC day.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { DAY, story } from './stand.mjs';

const CAP_MICRO = 500000, DRAFTS = 200, DAYS_MOST = 20;
const PRICES = { prompt: 0.000005, completion: 0.000015 };
const SETTINGS = { REKINDLE_LLM_DAILY_USD: '0.50', REKINDLE_LLM_MAX_PRICE: '5,15', REKINDLE_LLM_CONCURRENCY: '8' };
const SAMPLE_MS = 25;

// Looks at the money again and again while `act` runs; the most that was counted of any day.
async function watched(stand, act) {
  let most = 0, going = true;
  const watch = (async () => {
    while (going) {
      for (const { counted } of stand.rows('SELECT spent_microusd + reserved_microusd + unknown_microusd AS counted FROM budget')) most = Math.max(most, counted);
      await delay(SAMPLE_MS);
    }
  })();
  try { await act(); } finally { going = false; await watch; }
  return most;
}

const countOf = (emails, status) => emails.filter((email) => email.status === status).length;

// One UTC day: lets it spend, and sees that it stops by itself with the money used up.
async function spendDay(stand, day, billedBefore) {
  const emails = await stand.drive(`the money of ${day} or the drafts to be used up`, async () => {
    const all = await stand.emails();
    const drafting = all.filter(({ status }) => status === 'drafting');
    const { writer } = await stand.pipeline();
    return writer.in_flight === 0 && writer.waiting === 0 && drafting.every(({ reason }) => reason === 'budget') && all;
  }, { stepMs: 60000 });
  assert.ok(stand.fake.billedMicro() - billedBefore <= CAP_MICRO, `billed on ${day}: ${stand.fake.billedMicro() - billedBefore}`);
  assert.ok(stand.counted(day) <= CAP_MICRO);
  return emails;
}

describe('a budget of 0.50 USD', () => {
  it('is never passed with 200 drafts waiting; the rest wait, visibly, and go on after midnight UTC', () =>
    story({ clients: DRAFTS, fake: { prices: PRICES, latencyMs: 5 }, env: SETTINGS }, async (stand) => {
      const { fake } = stand;
      fake.plan = ({ n }) => (n % 9 === 4 ? { reset: 'before_headers' } : {}); // billed, and nobody knows
      let billedBefore = 0, days = 0;
      const most = await watched(stand, async () => {
        await stand.ask();
        for (let emails = []; countOf(emails, 'in_review') < DRAFTS; days++) {
          assert.ok(days < DAYS_MOST, 'the drafts go on day by day');
          const day = new Date(stand.at).toISOString().slice(0, 10);
          const before = countOf(emails, 'in_review');
          emails = await spendDay(stand, day, billedBefore);
          assert.ok(countOf(emails, 'in_review') > before, `${day}: some were written`);
          const waiting = countOf(emails, 'drafting');
          if (waiting > 0) await seenToWait(stand, waiting, day);
          billedBefore = fake.billedMicro();
        }
      });
      assert.ok(days > 2, `it took ${days} days`);
      assert.ok(most <= CAP_MICRO, `at most ${most} were counted at any moment`);
      assert.ok(stand.calls("state = 'unknown'").length > 0, 'there were unknown bills');
      await stand.checkEmails();
      console.log(`# ${days} days, ${fake.billed.length} calls, billed ${fake.billedMicro()}, counted ${stand.counted()}, most of a day ${most}`);
    }));
});

// The rest is told on the Pipeline page, does nothing until midnight, and begins then.
async function seenToWait(stand, waiting, day) {
  const { fake } = stand;
  const { writer: { budget } } = await stand.pipeline();
  assert.equal(budget.day, day);
  assert.equal(budget.cap_usd, 0.5);
  assert.equal(budget.waiting_drafts, waiting);
  assert.ok(budget.left_usd >= 0 && budget.left_usd < 0.1, `${budget.left_usd} are left: not enough for a call`);
  assert.ok(budget.spent_usd + budget.reserved_usd + budget.unknown_usd <= 0.5);
  const midnight = (Math.floor(stand.at / DAY) + 1) * DAY, asked = fake.chats.length;
  await stand.forward(midnight - 1000 - stand.at);
  assert.equal(fake.chats.length, asked, 'nothing leaves before midnight');
  assert.equal((await stand.email((await stand.emails('drafting'))[0].id)).reason, 'budget');
  await stand.forward(midnight + 5 * 60000 - stand.at);
  assert.ok(fake.chats.length > asked, 'it goes on after midnight');
}
