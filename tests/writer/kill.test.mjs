// SPDX-License-Identifier: AGPL-3.0-or-later
// kill -9 at random moments of drafting, restarted each time: every email ends in one defined state, nobody has two, and what
// the service billed is counted, whatever was known when the program died. 20 kills; 100 with REKINDLE_LONG=1.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { LONG } from '../story-real/shop.mjs';
import { story } from './stand.mjs';

const KILLS = LONG ? 100 : 20;
const AT_ONCE = 12, LEFT_LEAST = 6; // drafts asked for at a time, and when the next are
const STOP_MS = 10000;
const SPREAD_MS = 140; // a call takes 40 to 100 ms: a kill falls before, into or after it

function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

// Kills the program at some moment of its drafting. What was under way then: states of calls.
async function killOnce(stand, random) {
  if ((await stand.emails('drafting')).length < LEFT_LEAST) await stand.ask(await stand.makeClients(AT_ONCE));
  const seen = stand.fake.chats.length;
  const moved = stand.forward(60000).catch(() => {}); // it waits for the calls, and may be cut off with them
  await stand.until('a request', () => stand.fake.chats.length > seen);
  await delay(random() * SPREAD_MS);
  await stand.shop.kill('SIGKILL');
  await moved;
  const reserved = stand.calls("state = 'reserved'").length;
  await stand.shop.start();
  return reserved;
}

describe(`kill -9 at ${KILLS} random moments of drafting`, () => {
  it('d13_a_kill_repeats_no_email_and_loses_no_money', () => story({ clients: AT_ONCE, fake: { latencyMs: 40 } }, async (stand) => {
    const seed = Number(process.env.REKINDLE_SEED ?? 2026), random = generator(seed);
    await stand.shop.policy({ client_drafts: 50 }); // the same client may be hit again and again
    stand.fake.plan = () => ({ latencyMs: 40 + random() * 60, wire: { sizes: [200] } });
    await stand.ask();
    const cut = [];
    for (let kills = 0; kills < KILLS; kills++) cut.push(await killOnce(stand, random));
    stand.fake.plan = () => undefined;
    await stand.noneDrafting({ stepMs: 60000 });

    const emails = await stand.checkEmails();
    assert.deepEqual(emails.filter(({ status }) => status !== 'in_review').map(({ id, status, reason }) => ({ id, status, reason })), [], 'every email is written in the end');
    assert.deepEqual(stand.calls("state = 'reserved'"), [], 'no reservation is left open');
    const calls = stand.calls(), cutOff = calls.filter(({ outcome }) => outcome === 'cut_off');
    assert.ok(cut.some((n) => n > 0), `some kills fell into a call (seed ${seed})`);
    assert.ok(cutOff.every(({ state }) => state === 'unknown'), 'what was cut off may have been billed');
    const answered = calls.filter(({ outcome }) => outcome === 'answered');
    assert.equal(new Set(answered.map(({ email_id }) => email_id)).size, answered.length, 'no draft was kept twice');
    console.log(`# ${KILLS} kills, ${cut.filter((n) => n > 0).length} within a call, ${emails.length} emails, ${calls.length} calls, ` +
      `${cutOff.length} cut off, billed ${stand.fake.billedMicro()}, counted ${stand.counted()}, seed ${seed}`);
  }));
});

describe('SIGTERM in the middle of calls', () => {
  it('ends soon and cleanly, and the drafts go on with the next start', () => story({ clients: 6 }, async (stand) => {
    stand.fake.plan = () => ({ stall: 'mid_stream', keepAlive: true });
    await stand.ask();
    await stand.until('calls under way', () => stand.fake.chats.length >= 2);
    const begun = Date.now();
    assert.equal(await stand.shop.stop(), 0, stand.shop.log.slice(-2000));
    assert.ok(Date.now() - begun < STOP_MS, 'it does not wait for the service');
    assert.deepEqual(stand.calls("state = 'reserved'"), [], 'what was under way is settled');
    stand.fake.plan = () => undefined;
    await stand.shop.start();
    await stand.noneDrafting({ stepMs: 60000 });
    assert.equal((await stand.checkEmails()).filter(({ status }) => status === 'in_review').length, 6);
  }));
});
